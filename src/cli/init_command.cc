#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/tls_flags.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "engine/run_estimate.h"
#include "operations/initial_configuration.h"
#include "plan/configuration_reader.h"
#include "plan/lake_location.h"

namespace carmilla {
namespace {

constexpr char kStandardOutput[] = "-";
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
  const std::filesystem::path relative =
      std::filesystem::path(path).lexically_proximate(folder).lexically_normal();
  return folder.is_absolute() ? std::filesystem::absolute(path).string()
                              : "./" + relative.string();
}

class InitCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "init", "Write a commented carmilla.yaml from a live catalog");
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
    tls_.Declare(*app);
    app->add_flag("--force", is_forced_, "Replace an existing file");
    app->footer(
        "carmilla init                  # from the database of $DATABASE_URL\n"
        "carmilla init --to -           # only look at it\n"
        "carmilla init --source file:/run/secrets/app --lake /srv/lake");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/, std::stop_token stop) override {
    const bool is_printed = to_ == kStandardOutput;
    if (!is_printed && !is_forced_ && std::filesystem::exists(to_)) {
      return MakeError(ErrorKind::kUsage, "writing " + to_ + ": the file exists already",
                       "--force replaces it, --to names another one, --to - prints");
    }
    ARROW_ASSIGN_OR_RAISE(const InitialConfigurationOptions options, Options(is_printed));
    ARROW_ASSIGN_OR_RAISE(const InitialConfiguration initial,
                          DraftInitialConfiguration(options, stop));
    if (is_printed) {
      std::cout << initial.text;
      return 0;
    }
    ARROW_RETURN_NOT_OK(WriteInitialConfiguration(to_, initial.text, is_forced_));
    PrintSummary(initial);
    return 0;
  }

 private:
  arrow::Result<InitialConfigurationOptions> Options(bool is_printed) const {
    const std::filesystem::path folder =
        is_printed ? "" : std::filesystem::path(to_).parent_path();
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

  void PrintSummary(const InitialConfiguration& initial) const {
    const RunPlan& plan = initial.plan;
    const int64_t bytes = EstimatedBytes(plan);
    const auto num_tables = static_cast<int64_t>(plan.tables.size());
    constexpr size_t kIndent = 2;
    std::string text = "wrote " + EscapeControlCharacters(to_) + ": " +
                       FormatCount(num_tables, "table") + ", " + FormatBytes(bytes);
    if (initial.num_left_out > 0) {
      text += "; " + FormatCount(static_cast<int64_t>(initial.num_left_out)) +
              " left out, the file says why";
    }
    if (plan.tables.empty() && initial.num_unnamed == 0) {
      text += "; the database has none yet, or it is another one that you mean";
    }
    if (plan.tables.empty() && initial.num_unnamed > 0) {
      text += "; of " + FormatCount(static_cast<int64_t>(initial.num_unnamed), "view") +
              " it takes those whose line in the file you uncomment";
    }
    std::cerr << WrapHanging(text, kIndent, TextWidth(Terminal::OfError()))
              << "\nnext: carmilla doctor\n";
  }

  std::string source_;
  std::string to_ = "carmilla.yaml";
  std::string lake_;
  TlsFlags tls_;
  bool is_forced_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeInitCommand() { return std::make_unique<InitCommand>(); }

}  // namespace carmilla
