#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/flag_value.h"
#include "cli/run_printer.h"
#include "core/error.h"
#include "operations/run.h"

namespace carmilla {
namespace {

class RunCommand : public Command {
 public:
  explicit RunCommand(std::span<const Task> tasks) : tasks_(tasks) {}

  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "run", "Extract tables into the lake, prove and publish them");
    app->add_option("tables", options_.tables,
                    tasks_.empty() ? "Tables by name (default: all configured)"
                                   : "Tables, tasks and groups by name, or all (default)")
        ->type_name(tasks_.empty() ? "TABLE" : "NAME");
    app->add_option("--table", flagged_, "Another way to name one; may stand repeatedly")
        ->type_name("NAME")
        ->allow_extra_args(false)  // The next word is another table.
        ->take_all();
    app->add_option(
           "--limit", options_.limit,
           "Read at most this many rows of each table into files in --to; nothing is "
           "published")
        ->type_name("ROWS")
        ->check(NotNegative());
    app->add_flag("--no-upload", is_upload_off_,
                  "Write every table into one file in --to; nothing is published");
    app->add_option("--to", to_,
                    "Directory for --limit and --no-upload (default: ./carmilla-out)")
        ->type_name("DIR");
    printing_.Declare(app);
    app->footer(
        "carmilla run                   # every configured table\n"
        "carmilla run orders events     # two of them\n"
        "carmilla run --limit 1000      # a taste of each, into ./carmilla-out\n"
        "carmilla run --json --quiet    # events for machines, nothing for people");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    options_.tables.insert(options_.tables.end(), flagged_.begin(), flagged_.end());
    options_.is_upload = !is_upload_off_;
    if (to_ && options_.IsPublishing()) {
      return MakeError(ErrorKind::kUsage,
                       "reading the command line: --to without --limit or --no-upload",
                       "a run publishes into the lake of the configuration; --set "
                       "lake.path=DIR names another one");
    }
    if (to_ == "-") {
      return MakeError(
          ErrorKind::kUsage,
          "reading the command line: --to is standard output, which takes no "
          "Parquet files: -",
          "name a directory (./- if that is its name)");
    }
    if (to_) options_.to = *to_;
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadConfiguration(global));
    RunPrinter printer(printing_, stop);
    return printer.Finish(RunTables(configuration, options_, printer, stop, tasks_),
                          options_.IsPublishing() ? "" : options_.to);
  }

 private:
  const std::span<const Task> tasks_;
  RunOptions options_;
  RunPrinterOptions printing_;
  std::vector<std::string> flagged_;
  std::optional<std::string> to_;
  bool is_upload_off_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand(std::span<const Task> tasks) {
  return std::make_unique<RunCommand>(tasks);
}

}  // namespace carmilla
