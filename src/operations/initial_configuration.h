#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "engine/table_plan.h"
#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// What `carmilla init` is asked for.
struct InitialConfigurationOptions {
  std::string connection;  ///< As it shall stand in the file; holds no password.
  Secret conninfo;         ///< What it stands for.
  ConnectionTls tls = ConnectionTls::kVerify;
  std::string ca_file;               ///< Authorities to trust (PEM), or "".
  std::string written_ca_file;       ///< The same as it shall stand in the file.
  std::string lake_path = "./lake";  ///< As it shall stand in the file.
};

/// The JSON Schema that the first line of a configuration names, beside it.
inline constexpr char kSchemaFile[] = "carmilla.schema.json";

struct InitialConfiguration {
  std::string text;             ///< A commented carmilla.yaml.
  Configuration configuration;  ///< What it says, with the connection of the options.
  RunPlan plan;                 ///< What `carmilla plan` says of it.
  int64_t num_left_out = 0;     ///< Tables that cannot be read as they are.
  int64_t num_unnamed = 0;      ///< Views and foreign tables, which no pattern takes.
};

/// Connects to the database behind `options`, as OpenCatalogSession.
arrow::Result<std::unique_ptr<Session>> OpenSource(
    const InitialConfigurationOptions& options, std::stop_token stop);

/// Writes a configuration for that database, of which it reads nothing but the catalog.
/// All of its tables can be planned: what cannot be read is left out, with the reason and
/// the cure as a comment. kPermission if the role may read none of the tables.
arrow::Result<InitialConfiguration> DraftInitialConfiguration(
    const InitialConfigurationOptions& options, Session& session);

/// Writes `text` to the file `path`, whole or not at all, and the JSON Schema that its
/// first line names beside it. kUsage if the file exists, unless `replaces`; kIo and its
/// kin otherwise.
arrow::Status WriteInitialConfiguration(const std::string& path, const std::string& text,
                                        bool replaces);

}  // namespace carmilla
