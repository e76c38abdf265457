#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/tls_flags.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "engine/run_estimate.h"
#include "operations/initial_configuration.h"
#include "operations/initial_project.h"
#include "plan/configuration_reader.h"
#include "plan/lake_location.h"

namespace carmilla {
namespace {

constexpr char kStandardOutput[] = "-";
constexpr char kFile[] = "carmilla.yaml";
constexpr char kVariable[] = "DATABASE_URL";
constexpr std::string_view kFileReference = "file:";

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr && *value != '\0';
}

/// What `--source` says, or what the environment has: DATABASE_URL, else the variables of
/// libpq.
arrow::Result<std::string> ChooseSource(const std::string& source) {
  if (!source.empty()) return source;
  if (IsSet(kVariable)) return "env:" + std::string(kVariable);
  for (const char* variable : {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"}) {
    if (IsSet(variable)) return "";
  }
  return MakeError(ErrorKind::kUsage,
                   "reading the command line: which database? DATABASE_URL is not set",
                   "export DATABASE_URL=postgresql://user@host/database, or name "
                   "another one with --source");
}

/// A path as it has to stand in a file of `folder` to mean what it means here.
std::string PathFrom(const std::filesystem::path& folder, const std::string& path) {
  if (folder.empty() || std::filesystem::path(path).is_absolute() ||
      path.starts_with("~/")) {
    return path;
  }
  // Both from the root on: `..` at the beginning tells nothing of where a folder is.
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  const std::filesystem::path target = (here / path).lexically_normal();
  if (folder.is_absolute()) return target.string();
  return "./" + target.lexically_relative((here / folder).lexically_normal()).string();
}

class InitCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "init", "Write carmilla.yaml, or a project, from a live catalog");
    app->add_option("--source", source_,
                    "env:NAME, file:PATH, or a connection string without password "
                    "(default: env:DATABASE_URL, else the PG* variables)")
        ->type_name("SOURCE");
    app->add_option("--to", to_,
                    "The file to write, - for standard output (default: "
                    "carmilla.yaml)")
        ->type_name("FILE");
    app->add_option("--lake", lake_,
                    "The directory or s3:// of the lake (default: ./lake beside "
                    "the file)")
        ->type_name("DIR");
    app->add_option("--project", project_,
                    "Make a folder with typed tasks in C++: build, task, test, image")
        ->type_name("NAME");
    app->add_option("--task", task_table_,
                    "The table of the project's first task (default: a large one)")
        ->type_name("TABLE");
    tls_.Declare(*app);
    app->add_flag("--force", is_forced_, "Replace an existing file");
    app->footer(
        "carmilla init                  # from the database of $DATABASE_URL\n"
        "carmilla init --to -           # only look at it\n"
        "carmilla init --source file:/run/secrets/app --lake /srv/lake\n"
        "carmilla init --project shop   # typed tasks in C++ (docs/tasks.md)");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/, std::stop_token stop) override {
    ARROW_RETURN_NOT_OK(CheckTogether());
    return project_.has_value() ? MakeProject(std::move(stop))
                                : WriteFile(std::move(stop));
  }

 private:
  arrow::Status CheckTogether() const {
    constexpr char kDoing[] = "reading the command line: ";
    if (project_.has_value() && (is_forced_ || !to_.empty())) {
      return MakeError(ErrorKind::kUsage,
                       std::string(kDoing) + "--project makes a new folder, in which " +
                           (is_forced_ ? "nothing is there to replace: --force"
                                       : "the file is carmilla.yaml: --to"),
                       "carmilla init --project shop");
    }
    if (!project_.has_value() && !task_table_.empty()) {
      return MakeError(ErrorKind::kUsage,
                       std::string(kDoing) + "--task is for a project: " + task_table_,
                       "carmilla init --project shop --task orders; in a project, "
                       "`carmilla generate orders --task` begins another task");
    }
    return arrow::Status::OK();
  }

  arrow::Result<int> WriteFile(std::stop_token stop) {
    if (to_.empty()) to_ = kFile;
    const bool is_printed = to_ == kStandardOutput;
    if (!is_printed && !is_forced_ && std::filesystem::exists(to_)) {
      return MakeError(ErrorKind::kUsage, "writing " + to_ + ": the file exists already",
                       "--force replaces it, --to names another one, --to - prints");
    }
    ARROW_ASSIGN_OR_RAISE(
        const InitialConfigurationOptions options,
        Options(is_printed ? "" : std::filesystem::path(to_).parent_path()));
    ARROW_ASSIGN_OR_RAISE(const auto session, OpenSource(options, std::move(stop)));
    ARROW_ASSIGN_OR_RAISE(const InitialConfiguration initial,
                          DraftInitialConfiguration(options, *session));
    if (is_printed) {
      std::cout << initial.text;
      return 0;
    }
    ARROW_RETURN_NOT_OK(WriteInitialConfiguration(to_, initial.text, is_forced_));
    constexpr size_t kIndent = 2;
    std::cerr << WrapHanging("wrote " + Summary(to_, initial), kIndent,
                             TextWidth(Terminal::OfError()))
              << "\nnext: carmilla doctor\n";
    return 0;
  }

  arrow::Result<int> MakeProject(std::stop_token stop) {
    const std::string& name = *project_;
    ARROW_RETURN_NOT_OK(CheckProjectPlace(name));
    InitialProjectOptions options{.name = name,
                                  .table = task_table_,
                                  .configuration = {},
                                  .has_service = IsSet("PGSERVICE")};
    ARROW_ASSIGN_OR_RAISE(options.configuration, Options(name));
    ARROW_ASSIGN_OR_RAISE(const InitialProject project,
                          DraftInitialProject(options, std::move(stop)));
    ARROW_RETURN_NOT_OK(WriteInitialProject(name, project));
    PrintProject(project);
    return 0;
  }

  /// `folder` is where the file will be; paths in it are written as seen from there.
  arrow::Result<InitialConfigurationOptions> Options(
      const std::filesystem::path& folder) const {
    InitialConfigurationOptions options;
    ARROW_ASSIGN_OR_RAISE(options.connection, ChooseSource(source_));
    if (!options.connection.empty()) {
      ARROW_ASSIGN_OR_RAISE(options.conninfo,
                            ResolveCommandLineConnection(options.connection));
    }
    if (options.connection.starts_with(kFileReference)) {
      options.connection =
          std::string(kFileReference) +
          PathFrom(folder, options.connection.substr(kFileReference.size()));
    }
    ARROW_RETURN_NOT_OK(tls_.Read(&options.tls, &options.ca_file));
    if (!options.ca_file.empty()) {
      options.written_ca_file = PathFrom(folder, options.ca_file);
    }
    if (lake_.empty()) return options;
    ARROW_ASSIGN_OR_RAISE(const LakeLocation lake, ParseLakePath(lake_));
    options.lake_path = IsS3Url(lake.path) ? lake.path : PathFrom(folder, lake_);
    return options;
  }

  static std::string Summary(const std::string& file,
                             const InitialConfiguration& initial) {
    const RunPlan& plan = initial.plan;
    const auto num_tables = static_cast<int64_t>(plan.tables.size());
    std::string text = EscapeControlCharacters(file) + ": " +
                       FormatCount(num_tables, "table") + ", " +
                       FormatBytes(EstimatedBytes(plan));
    if (initial.num_left_out > 0) {
      text += "; " + FormatCount(initial.num_left_out) + " left out, the file says why";
    }
    if (plan.tables.empty() && initial.num_unnamed == 0) {
      text += "; the database has none yet, or it is another one that you mean";
    }
    if (plan.tables.empty() && initial.num_unnamed > 0) {
      text += "; of " + FormatCount(initial.num_unnamed, "view") +
              " it takes those whose line in the file you uncomment";
    }
    return text;
  }

  /// Each file that a person will open, then what to type.
  void PrintProject(const InitialProject& project) const {
    size_t width = 0;
    for (const ProjectFile& file : project.files) {
      if (!file.purpose.empty()) width = std::max(width, file.path.size());
    }
    std::cerr << "wrote " << *project_ << "/, a project with a task of "
              << EscapeControlCharacters(project.relation) << '\n';
    for (const ProjectFile& file : project.files) {
      if (file.purpose.empty()) continue;
      std::cerr << "  " << file.path << std::string(width - file.path.size() + 2, ' ')
                << file.purpose << '\n';
    }
    std::cerr << "next: cd " << *project_
              << "\n      cmake -B build && cmake --build build -j\n      build/"
              << *project_ << " run " << project.task << '\n';
  }

  std::string source_;
  std::string to_;
  std::string lake_;
  std::optional<std::string> project_;
  std::string task_table_;
  TlsFlags tls_;
  bool is_forced_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeInitCommand() { return std::make_unique<InitCommand>(); }

}  // namespace carmilla
