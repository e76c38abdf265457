#include "cli/application.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/help_formatter.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "core/error.h"
#include "core/log.h"
#include "core/suggest.h"
#include "core/version.h"
#include "plan/configuration_locator.h"
#include "plan/configuration_reader.h"

namespace carmilla {
namespace {

constexpr char kDescription[] =
    "Carefully sips tables from PostgreSQL into proven Parquet in a lake.";
constexpr char kFooter[] =
    "`carmilla COMMAND --help` explains a command. Only data goes to standard output.";
constexpr char kCommandFooter[] =
    "Every command knows --config, --set and --log-level; see `carmilla --help`.";

std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> DeclareCommands(
    CLI::App& app) {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(MakeInitCommand());
  commands.push_back(MakeDoctorCommand());
  commands.push_back(MakeRoleCommand());
  commands.push_back(MakePlanCommand());
  commands.push_back(MakeRunCommand());
  commands.push_back(MakeExtractCommand());
  commands.push_back(MakeQueryCommand());
  commands.push_back(MakeStatusCommand());
  commands.push_back(MakeVerifyCommand());
  commands.push_back(MakeTypesCommand());
  commands.push_back(MakeSchemaCommand());
  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> declared;
  for (std::unique_ptr<Command>& command : commands) {
    CLI::App* subcommand = command->Declare(app);
    subcommand->fallthrough();
    subcommand->footer(kCommandFooter);
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
                 "debug, info, warning, error, off (or $CARMILLA_LOG)")
      ->type_name("LEVEL");
}

int PrintError(const arrow::Status& status) {
  std::cerr << "carmilla: " << RenderError(status) << '\n';
  const ErrorKind kind = KindOf(status);
  return InfoOf(kind == ErrorKind::kInterrupted ? KindOfStop() : kind).exit_code;
}

/// All flags and commands that the parser knows at the place of the mistake.
std::vector<std::string> KnownWords(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* level : {&app, app.get_parent()}) {
    if (level == nullptr) continue;
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    for (const CLI::App* command :
         level->get_subcommands([](const CLI::App*) { return true; })) {
      words.push_back(command->get_name());
    }
  }
  return words;
}

/// Words an error of the parser as ours: what is wrong, and the nearest word that would
/// be right.
arrow::Status UsageError(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& level = chosen.empty() ? app : *chosen.front();
  const std::string help =
      chosen.empty() ? "`carmilla --help` lists the commands"
                     : "`carmilla " + level.get_name() + " --help` lists the flags";
  // A command passes what it does not know on to its parent (fallthrough).
  const std::vector<std::string> extra = app.remaining(/*recurse=*/true);
  if (!extra.empty()) {
    // What follows an unknown flag may be its value: the flag is the mistake.
    const auto flag = std::ranges::find_if(
        extra, [](const std::string& word) { return word.starts_with('-'); });
    const std::string& word = flag != extra.end() ? *flag : extra.front();
    // Only the name: what follows may hold a password, as in --sorce=postgres://...
    const std::string mistake = word.substr(0, word.find_first_of("=:"));
    const std::string nearest = DidYouMean(mistake, KnownWords(level));
    std::string problem = chosen.empty() ? "unknown command: " : "unexpected argument: ";
    if (flag != extra.end()) problem = "unknown flag: ";
    return MakeError(ErrorKind::kUsage, "reading the command line: " + problem + mistake,
                     nearest.empty() ? help : nearest);
  }
  return MakeError(ErrorKind::kUsage,
                   std::string("reading the command line: ") + error.what(), help);
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

arrow::Result<int> RunChosen(
    CLI::App& app, const GlobalOptions& global,
    std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>>& commands,
    std::stop_token stop) {
  ARROW_RETURN_NOT_OK(SetUpLog(global));
  for (auto& [subcommand, command] : commands) {
    if (subcommand->parsed()) return command->Run(global, std::move(stop));
  }
  std::cout << app.help();
  return InfoOf(ErrorKind::kUsage).exit_code;
}

int ParseAndRun(int argc, char** argv, const SignalWatcher& signals) {
  GlobalOptions global;
  CLI::App app(kDescription, "carmilla");
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kFooter);
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", std::string("carmilla ") + kVersion,
                       "Print the version");
  app.require_subcommand(0, 1);
  DeclareGlobalOptions(app, &global);
  auto commands = DeclareCommands(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    return PrintError(UsageError(app, error));
  }
  const arrow::Result<int> result = RunChosen(app, global, commands, signals.token());
  if (!result.ok()) return PrintError(result.status());
  const bool is_stopped = *result == InfoOf(ErrorKind::kInterrupted).exit_code;
  return is_stopped ? InfoOf(KindOfStop()).exit_code : *result;
}

}  // namespace

int RunApplication(int argc, char** argv) {
  const SignalWatcher signals;
  const int exit_code = ParseAndRun(argc, argv, signals);
  if (exit_code != 0 || std::cout.flush() || IsOutputClosed()) return exit_code;
  return PrintError(
      MakeError(ErrorKind::kIo, "writing to standard output: it takes no more"));
}

arrow::Result<Configuration> LoadConfiguration(const GlobalOptions& global) {
  ARROW_ASSIGN_OR_RAISE(const std::string path, FindConfiguration(global.config));
  LogDebug("reading the configuration: " + path);
  return ReadConfiguration(path, global.overrides);
}

arrow::Result<std::string> LakePath(const std::string& lake,
                                    const GlobalOptions& global) {
  if (!lake.empty()) return lake;
  ARROW_ASSIGN_OR_RAISE(const std::string path, FindConfiguration(global.config));
  ARROW_ASSIGN_OR_RAISE(
      const Configuration configuration,
      ReadConfiguration(path, global.overrides, {.resolves_connections = false}));
  return configuration.lake_path;
}

}  // namespace carmilla
