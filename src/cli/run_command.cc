#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/run_printer.h"
#include "operations/run.h"

namespace carmilla {
namespace {

class RunCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("run", "Extract tables into the lake, prove and publish them");
    app->add_option("tables", options_.tables, "Tables by name (default: all configured)")
        ->type_name("TABLE");
    app->add_option("--limit", options_.limit,
                    "Read at most this many rows of each table into files in --to; nothing is "
                    "published")
        ->type_name("ROWS")
        ->check(CLI::NonNegativeNumber);
    app->add_flag("--no-upload", is_upload_off_,
                  "Write every table into one file in --to; nothing is published");
    app->add_option("--to", options_.to, "Directory for --limit and --no-upload")
        ->type_name("DIR")
        ->capture_default_str();
    app->add_flag("--json", is_json_, "Print the run's report as JSON on standard output");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    options_.is_upload = !is_upload_off_;
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration, LoadConfiguration(global));
    RunPrinter printer(std::cerr);
    ARROW_ASSIGN_OR_RAISE(const RunReport report,
                          RunTables(configuration, options_, printer, stop));
    printer.PrintSummary(report);
    if (is_json_) std::cout << SerializeRunReport(report);
    return report.ExitCode();
  }

 private:
  RunOptions options_;
  bool is_upload_off_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace carmilla
