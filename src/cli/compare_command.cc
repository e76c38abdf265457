#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/comparison_printer.h"
#include "cli/failure_printer.h"
#include "cli/flag_value.h"
#include "cli/query_answer.h"
#include "core/error.h"
#include "operations/compare.h"

namespace carmilla {
namespace {

class CompareCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "compare", "Compare counts and sums of lake, Athena and database");
    app->add_option("tables", options_.tables, "Tables of the lake (default: all)")
        ->type_name("TABLE");
    app->add_option("--lake", lake_,
                    "Directory or s3:// of the lake (default: the configuration's)")
        ->type_name("DIR");
    app->add_option("--on", on_,
                    "Ask Athena too, or only the embedded engine (default: athena if the "
                    "lake has a catalog)")
        ->type_name("ENGINE");
    CLI::Option* source = app->add_flag(
        "--source", asks_source_, "Ask the database too: one scan of each whole table");
    source->excludes(app->get_option("--lake"));
    app->add_flag("--json", is_json_, "Print one JSON object per table");
    app->footer(
        "carmilla compare               # every table of the lake\n"
        "carmilla compare orders --source\n"
        "carmilla compare --json | jq .agrees");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_RETURN_NOT_OK(Configure(global));
    const Terminal terminal = Terminal::OfError();
    FailurePrinter failures(std::cerr, terminal);
    const auto print = [&](const TableComparison& comparison) {
      if (is_json_) {
        PrintComparisonJson(comparison, std::cout);
      } else {
        PrintComparison(comparison, std::cout, Terminal::OfOutput());
      }
      if (!comparison.status.ok()) failures.Print("", comparison.status);
    };
    ARROW_ASSIGN_OR_RAISE(const auto comparisons, CompareTables(options_, print, stop));
    int exit_code = 0;
    for (const TableComparison& comparison : comparisons) {
      if (!comparison.status.ok()) return ExitCodeOf(comparison.status);
      // Not an error of anybody, but what was asked for is not so.
      if (!comparison.changes.empty()) exit_code = InfoOf(ErrorKind::kData).exit_code;
    }
    return exit_code;
  }

 private:
  arrow::Status Configure(const GlobalOptions& global) {
    if (asks_source_) {
      ARROW_ASSIGN_OR_RAISE(options_.source, LoadConfiguration(global));
      options_.lake = options_.source->lake;
    } else {
      ARROW_ASSIGN_OR_RAISE(options_.lake, FindLake(lake_, global));
    }
    options_.asks_athena = options_.lake.glue.has_value();
    if (on_.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const QueryOn on,
                          ParseChoice<QueryOn>("--on", on_, kQueryOnNames));
    options_.asks_athena = on == QueryOn::kAthena;
    return arrow::Status::OK();
  }

  CompareOptions options_;
  std::string lake_;
  std::string on_;
  bool asks_source_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeCompareCommand() {
  return std::make_unique<CompareCommand>();
}

}  // namespace carmilla
