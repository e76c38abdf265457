#pragma once

#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "plan/configuration.h"

namespace carmilla {

/// Reads and validates `path`, with `overrides` (`key=value`, dotted keys such as
/// `defaults.compression=gzip` or `lake.path=./x`) applied on top.
///
/// Reports every error at once: one kConfiguration status whose message has a line
/// `file:line:column: problem` per error, each with the nearest valid key where a key is unknown.
/// Keys that a later version will know (incremental, catalog, ...) are refused by name. A password
/// written in the file is refused with a hint; `env:NAME` and `file:PATH` (mode 0600 checked for
/// secrets) work on any scalar.
arrow::Result<Configuration> ReadConfiguration(const std::string& path,
                                               std::span<const std::string> overrides);

/// The same for text that is already in memory; `file` names it in messages and anchors relative
/// paths.
arrow::Result<Configuration> ParseConfiguration(const std::string& text, const std::string& file,
                                                std::span<const std::string> overrides);

/// Resolves `env:NAME`, `file:PATH` or a literal connection string given on the command line;
/// a password in a literal is refused (it would stand in the process list).
arrow::Result<Secret> ResolveCommandLineConnection(const std::string& text);

/// The JSON Schema of carmilla.yaml, from the same table that validates it.
std::string ConfigurationSchema();

}  // namespace carmilla
