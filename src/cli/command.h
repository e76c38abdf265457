#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/task.h"
#include "plan/configuration.h"

namespace CLI {
class App;
}

namespace carmilla {

/// Options that every command knows.
struct GlobalOptions {
  std::optional<std::string>
      config;  ///< --config; else CARMILLA_CONFIG, else ./carmilla.yaml.
  std::vector<std::string> overrides;  ///< --set key=value.
  std::string log_level;               ///< --log-level; else CARMILLA_LOG, else warning.
  std::string color;                   ///< --color; else auto.
  bool requires_tables =
      true;  ///< False in programs with tasks, which need no `tables:`.
};

/// Reads the configuration that the global options point to.
arrow::Result<Configuration> LoadConfiguration(const GlobalOptions& global);

/// The same without what leads to the source, for commands that need the lake only.
arrow::Result<Configuration> LoadLakeConfiguration(const GlobalOptions& global);

/// The lake at `path` (a directory or s3://bucket/prefix) if given, else that of the
/// configuration. A bucket that is given is reached as the environment says.
arrow::Result<LakeLocation> FindLake(const std::string& path,
                                     const GlobalOptions& global);

/// One subcommand: declares its flags, then runs. The result is the exit code; an error
/// is printed by the caller.
class Command {
 public:
  virtual ~Command() = default;
  /// Adds the subcommand to `parent` and returns it.
  virtual CLI::App* Declare(CLI::App& parent) = 0;
  virtual arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) = 0;
};

std::unique_ptr<Command> MakeInitCommand();
std::unique_ptr<Command> MakeDoctorCommand();
std::unique_ptr<Command> MakeRoleCommand();
/// The tasks that commands are given live as long as the program.
std::unique_ptr<Command> MakePlanCommand(std::span<const Task> tasks);
std::unique_ptr<Command> MakeRunCommand(std::span<const Task> tasks);
/// Only in programs with tasks.
std::unique_ptr<Command> MakeListCommand(std::span<const Task> tasks);
std::unique_ptr<Command> MakeExtractCommand();
std::unique_ptr<Command> MakeQueryCommand();
std::unique_ptr<Command> MakeModelsCommand();
std::unique_ptr<Command> MakeStatusCommand();
std::unique_ptr<Command> MakeVerifyCommand();
std::unique_ptr<Command> MakeCompareCommand();
std::unique_ptr<Command> MakeAddCommand();
std::unique_ptr<Command> MakeGenerateCommand();
std::unique_ptr<Command> MakeTypesCommand();
std::unique_ptr<Command> MakeSchemaCommand();
std::unique_ptr<Command> MakeErrorsCommand();
std::unique_ptr<Command> MakeCompletionCommand();
std::unique_ptr<Command> MakeManualCommand();

}  // namespace carmilla
