#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/failure_printer.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/json.h"
#include "core/quantity.h"
#include "engine/run_report_json.h"
#include "operations/generate.h"

namespace carmilla {
namespace {

class GenerateCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("generate", "Write C++ structs of tables, for typed tasks");
    app->add_option("tables", options_.tables,
                    "orders, sales.orders or sales.* (default: write again the headers "
                    "that are there)")
        ->type_name("TABLE");
    app->add_flag("--all", options_.takes_all, "The tables of the configuration");
    app->add_option("--columns", options_.columns, "Only these, such as id,amount")
        ->type_name("COLUMNS");
    app->add_option("--name", options_.name, "Name of the struct and its header")
        ->type_name("NAME");
    app->add_option("--query", options_.query_file,
                    "The rows of this SELECT instead of tables")
        ->type_name("FILE");
    app->add_flag("--task", options_.makes_task,
                  "Also a task to begin with, in tasks/, unless it is there");
    app->add_flag("--check", options_.is_check,
                  "Write nothing; exit 65 if a header is missing or stale");
    app->add_option("--out", options_.folder, "Folder of the headers (default: models)")
        ->type_name("DIR");
    app->add_flag("--json", is_json_, "Print one JSON object per file");
    app->footer(
        "carmilla generate orders --task  # models/orders.h and tasks/orders.cc\n"
        "carmilla generate orders --columns id,amount --name OrderAmount\n"
        "carmilla generate --query top.sql --name TopUser\n"
        "carmilla generate                # again, after the database has changed\n"
        "carmilla generate --check        # in CI");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    GlobalOptions without_tables = global;
    without_tables.requires_tables = options_.takes_all;
    ARROW_ASSIGN_OR_RAISE(const Configuration configuration,
                          LoadConfiguration(without_tables));
    ARROW_ASSIGN_OR_RAISE(const GenerateReport report,
                          GenerateModels(configuration, options_, std::move(stop)));
    if (is_json_) PrintJson(report);
    ARROW_RETURN_NOT_OK(report.check);
    if (!is_json_) PrintFiles(report);
    const Terminal terminal = Terminal::OfError();
    FailurePrinter printer(std::cerr, terminal);
    for (const RefusedTable& refused : report.refused) printer.Print("", refused.reason);
    return report.refused.empty() ? 0 : ExitCodeOf(report.refused.front().reason);
  }

 private:
  /// A line for each file, and one for each table that no struct can have.
  static void PrintJson(const GenerateReport& report) {
    for (const GenerateReport::File& file : report.files) {
      Json line = {{"file", file.path},
                   {"kind", file.is_task ? "task" : "header"},
                   {"result", NameOf(file.result)}};
      if (!file.is_task) line["columns"] = file.num_columns;
      std::cout << DumpJson(line) << '\n';
    }
    for (const RefusedTable& refused : report.refused) {
      const Json line = {{"table", refused.name}, {"error", ToJson(refused.reason)}};
      std::cout << DumpJson(line) << '\n';
    }
    std::cout.flush();
  }

  void PrintFiles(const GenerateReport& report) const {
    int64_t num_same = 0;
    for (const GenerateReport::File& file : report.files) {
      const std::string path = EscapeControlCharacters(file.path);
      if (file.is_task) {
        const bool was_there = file.result == FileResult::kLeft;
        std::cout << (was_there ? "left " : "wrote ") << path
                  << (was_there ? ", which is yours" : "") << '\n';
      } else if (file.result == FileResult::kWritten) {
        const auto count = static_cast<int64_t>(file.num_columns);
        std::cout << "wrote " << path << ", " << FormatCount(count, "column") << '\n';
      } else {
        ++num_same;
      }
    }
    if (num_same > 0) {
      std::cout << FormatCount(num_same, "header") << " up to date in "
                << EscapeControlCharacters(options_.folder) << '\n';
    }
    std::cout.flush();
  }

  GenerateOptions options_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeGenerateCommand() {
  return std::make_unique<GenerateCommand>();
}

}  // namespace carmilla
