#pragma once

#include <arrow/result.h>

#include <span>
#include <string>

#include "plan/configuration.h"

namespace carmilla {

struct ReadConfigurationOptions {
  /// Follow `env:` and `file:` of connections. Commands that only read the lake do
  /// without, so that they work where the variables of the source are not set; every
  /// `conninfo` is then empty.
  bool resolves_connections = true;
  /// False for a program with tasks, which may do without `tables:`.
  bool requires_tables = true;
};

/// Reads and validates `path`, with `overrides` (`key=value`, dotted keys such as
/// `defaults.compression=gzip` or `lake.path=./x`) applied on top.
///
/// Reports every error at once: one kConfiguration status whose message has a line
/// `file:line:column: problem` per error (after a first line with their number, when
/// there are several), each with the nearest valid key where a key is unknown. Keys that
/// a later version will know (incremental, catalog, ...) are refused by name. A password
/// written in the file is refused with a hint; `env:NAME` and `file:PATH` (mode 0600
/// checked for secrets) work on any scalar. Messages never show a connection string, nor
/// a value that came from `env:` or `file:`.
arrow::Result<Configuration> ReadConfiguration(
    const std::string& path, std::span<const std::string> overrides,
    const ReadConfigurationOptions& options = {});

/// The same for text that is already in memory; `file` names it in messages and anchors
/// relative paths.
arrow::Result<Configuration> ParseConfiguration(
    const std::string& text, const std::string& file,
    std::span<const std::string> overrides, const ReadConfigurationOptions& options = {});

/// Resolves `env:NAME`, `file:PATH` or a literal connection string given on the command
/// line. A password in a literal is kUsage (it would stand in the process list), as is
/// text that is no connection string; an unset variable or unusable file is
/// kConfiguration. Never shows the text.
arrow::Result<Secret> ResolveCommandLineConnection(const std::string& text);

/// Returns the JSON Schema (draft 2020-12) of carmilla.yaml, from the table that
/// validates it. Every scalar also takes `env:NAME` and `file:PATH`.
std::string ConfigurationSchema();

}  // namespace carmilla
