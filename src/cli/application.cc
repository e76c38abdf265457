#include "cli/application.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/failure_printer.h"
#include "cli/flag_value.h"
#include "cli/help_formatter.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/usage_error.h"
#include "core/error.h"
#include "core/log.h"
#include "core/version.h"
#include "engine/task_process_main.h"
#include "plan/configuration_locator.h"
#include "plan/configuration_reader.h"

namespace carmilla {
namespace {

constexpr char kDescription[] =
    "Carefully sips tables from PostgreSQL into proven Parquet in a lake.";
constexpr char kExamples[] =
    "carmilla init                  # a carmilla.yaml from the database itself\n"
    "carmilla doctor                # what would hinder a run\n"
    "carmilla plan                  # what a run would read and write\n"
    "carmilla run                   # read and publish what is configured\n"
    "carmilla query                 # SQL over what was published, at a prompt";

std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> DeclareCommands(
    CLI::App& app, std::span<const Task> tasks) {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(MakeInitCommand());
  commands.push_back(MakeDoctorCommand());
  commands.push_back(MakeRoleCommand());
  commands.push_back(MakePlanCommand(tasks));
  commands.push_back(MakeRunCommand(tasks));
  if (!tasks.empty()) commands.push_back(MakeListCommand(tasks));
  commands.push_back(MakeExtractCommand());
  commands.push_back(MakeQueryCommand());
  commands.push_back(MakeModelsCommand());
  commands.push_back(MakeStatusCommand());
  commands.push_back(MakeVerifyCommand());
  commands.push_back(MakeCompareCommand());
  commands.push_back(MakeAddCommand());
  commands.push_back(MakeGenerateCommand());
  commands.push_back(MakeTypesCommand());
  commands.push_back(MakeSchemaCommand());
  commands.push_back(MakeErrorsCommand());
  commands.push_back(MakeCompletionCommand());
  commands.push_back(MakeManualCommand());
  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> declared;
  for (std::unique_ptr<Command>& command : commands) {
    CLI::App* subcommand = command->Declare(app);
    subcommand->fallthrough();
    declared.emplace_back(subcommand, std::move(command));
  }
  return declared;
}

void DeclareGlobalOptions(CLI::App& app, GlobalOptions* global) {
  app.add_option("--config", global->config,
                 "Default: $CARMILLA_CONFIG, else ./carmilla.yaml")
      ->type_name("FILE");
  app.add_option("--set", global->overrides, "Override one key, such as lake.path=./lake")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)  // The next word is a table.
      ->take_all();
  app.add_option("--log-level", global->log_level,
                 "What to log (default: $CARMILLA_LOG, else warning)")
      ->type_name("debug|info|warning|error|off");
  app.add_option("--color", global->color,
                 "Whether to colour (default: auto, on terminals)")
      ->type_name("auto|always|never");
}

int PrintError(const arrow::Status& status) {
  arrow::Status told = status;
  if (KindOf(status) == ErrorKind::kInterrupted) {
    told = MakeError(KindOfStop(), status.message(), HintOf(status));
  }
  const Terminal terminal = Terminal::OfError();
  FailurePrinter(std::cerr, terminal).Print("", told);
  return ExitCodeOf(told);
}

arrow::Status SetUpLog(const GlobalOptions& global) {
  std::string text = global.log_level;
  if (text.empty()) {
    if (const char* variable = std::getenv("CARMILLA_LOG")) text = variable;
  }
  if (text.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const LogLevel level, ParseLogLevel(text));
  SetLogLevel(level);
  return arrow::Status::OK();
}

arrow::Status SetUpColors(const GlobalOptions& global) {
  if (global.color.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(
      const auto choice,
      ParseChoice<ColorChoice>("--color", global.color, kColorChoiceNames));
  Terminal::SetColorChoice(choice);
  return arrow::Status::OK();
}

arrow::Result<int> RunChosen(
    CLI::App& app, const GlobalOptions& global,
    std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>>& commands,
    std::stop_token stop) {
  ARROW_RETURN_NOT_OK(SetUpColors(global));
  ARROW_RETURN_NOT_OK(SetUpLog(global));
  for (auto& [subcommand, command] : commands) {
    if (subcommand->parsed()) return command->Run(global, std::move(stop));
  }
  std::cout << app.help();
  return InfoOf(ErrorKind::kUsage).exit_code;
}

/// Whether help is asked for as --help. The parser takes both for the same flag.
bool IsLongHelp(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--help") return true;
  }
  return false;
}

int ParseAndRun(int argc, char** argv, std::span<const Task> tasks) {
  GlobalOptions global{.requires_tables = tasks.empty()};
  CLI::App app(kDescription, "carmilla");
  app.formatter(std::make_shared<HelpFormatter>(IsLongHelp(argc, argv)));
  app.set_help_flag("-h,--help", "Print help: -h in short, --help with examples");
  app.set_version_flag("--version", std::string("carmilla ") + kVersion,
                       "Print the version");
  app.require_subcommand(0, 1);
  DeclareGlobalOptions(app, &global);
  auto commands = DeclareCommands(app, tasks);
  app.footer(kExamples);  // Commands would inherit it.
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    // A mistake elsewhere is told in the colours that were asked for.
    static_cast<void>(SetUpColors(global));
    return PrintError(UsageError(app, error));
  }
  const arrow::Result<int> result = RunChosen(app, global, commands, StopToken());
  if (!result.ok()) return PrintError(result.status());
  const bool is_stopped = *result == InfoOf(ErrorKind::kInterrupted).exit_code;
  return is_stopped ? InfoOf(KindOfStop()).exit_code : *result;
}

}  // namespace

int RunApplication(int argc, char** argv, std::span<const Task> tasks) {
  if (const auto exit_code = RunTaskProcess(tasks)) ::_exit(*exit_code);
  const SignalWatcher signals;
  const int exit_code = ParseAndRun(argc, argv, tasks);
  if (exit_code != 0 || std::cout.flush() || IsOutputClosed()) return exit_code;
  return PrintError(
      MakeError(ErrorKind::kIo, "writing to standard output: it takes no more"));
}

arrow::Result<Configuration> LoadConfiguration(const GlobalOptions& global) {
  ARROW_ASSIGN_OR_RAISE(const std::string path, FindConfiguration(global.config));
  LogDebug("reading the configuration: " + path);
  return ReadConfiguration(path, global.overrides,
                           {.requires_tables = global.requires_tables});
}

arrow::Result<Configuration> LoadLakeConfiguration(const GlobalOptions& global) {
  ARROW_ASSIGN_OR_RAISE(const std::string file, FindConfiguration(global.config));
  return ReadConfiguration(file, global.overrides,
                           {.resolves_connections = false, .requires_tables = false});
}

arrow::Result<LakeLocation> FindLake(const std::string& path,
                                     const GlobalOptions& global) {
  if (!path.empty()) return ParseLakePath(path);
  ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadLakeConfiguration(global));
  return configuration.lake;
}

}  // namespace carmilla
