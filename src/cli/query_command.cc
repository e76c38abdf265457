#include <chrono>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/result_printer.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/quantity.h"
#include "operations/query.h"

namespace carmilla {
namespace {

class QueryCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("query", "Run SQL over the published tables of a lake");
    app->add_option("sql", sql_, "One SELECT; tables have their one name")
        ->type_name("SQL")
        ->required();
    app->add_option("--lake", lake_,
                    "Directory of the lake (default: that of the configuration)")
        ->type_name("DIR");
    CLI::Option* csv = app->add_flag("--csv", is_csv_, "Print CSV (RFC 4180)");
    CLI::Option* json =
        app->add_flag("--json", is_json_, "Print one JSON object per row");
    CLI::Option* parquet =
        app->add_option("--parquet", parquet_, "Write the rows to this Parquet file")
            ->type_name("FILE");
    csv->excludes(json)->excludes(parquet);
    json->excludes(parquet);
    app->footer(
        "carmilla query \"SELECT count(*) FROM orders\"\n"
        "carmilla query --csv \"FROM orders\" > orders.csv\n"
        "carmilla query \"SHOW TABLES\"   # what there is");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    const auto begin = std::chrono::steady_clock::now();
    ARROW_ASSIGN_OR_RAISE(const std::string lake, LakePath(lake_, global));
    ARROW_ASSIGN_OR_RAISE(auto engine, OpenLakeQuery({.lake_path = lake, .sql = sql_}));
    ARROW_ASSIGN_OR_RAISE(auto result, engine->Execute(sql_, stop));
    const arrow::Result<int64_t> rows = Deliver(*result, stop);
    if (!rows.ok()) return IsOutputClosed() ? 0 : arrow::Result<int>(rows.status());
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    std::cerr << '(' << FormatCount(*rows) << (*rows == 1 ? " row, " : " rows, ")
              << FormatDuration(elapsed) << ")\n";
    return 0;
  }

 private:
  arrow::Result<int64_t> Deliver(QueryResult& result, const std::stop_token& stop) {
    if (!parquet_.empty()) return WriteParquetFile(result, parquet_, stop);
    ResultPrinterOptions options{.width = Terminal::OfOutput().Width()};
    if (is_csv_) options.format = ResultFormat::kCsv;
    if (is_json_) options.format = ResultFormat::kJsonLines;
    return PrintResult(result, options, std::cout, stop);
  }

  std::string sql_;
  std::string lake_;
  std::string parquet_;
  bool is_csv_ = false;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeQueryCommand() { return std::make_unique<QueryCommand>(); }

}  // namespace carmilla
