#include <iostream>
#include <iterator>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/flag_value.h"
#include "cli/query_answer.h"
#include "cli/query_prompt.h"
#include "cli/result_printer.h"
#include "cli/terminal.h"
#include "core/error.h"

namespace carmilla {
namespace {

class QueryCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("query", "Run SQL over the published tables of a lake");
    sql_option_ =
        app->add_option("sql", sql_,
                        "One SELECT; tables have their one name (default: a prompt, or "
                        "standard input)")
            ->type_name("SQL");
    app->add_option("--lake", lake_,
                    "Directory or s3:// of the lake (default: the configuration's)")
        ->type_name("DIR");
    app->add_option("--on", on_,
                    "Who answers: the embedded engine, or Athena over the catalog")
        ->type_name("ENGINE")
        ->capture_default_str();
    CLI::Option* csv = app->add_flag("--csv", is_csv_, "Print CSV (RFC 4180)");
    CLI::Option* json =
        app->add_flag("--json", is_json_, "Print one JSON object per row");
    CLI::Option* parquet =
        app->add_option("--parquet", parquet_, "Write the rows to this Parquet file")
            ->type_name("FILE");
    csv->excludes(json)->excludes(parquet);
    json->excludes(parquet);
    app->add_flag("--types", printing_.shows_types, "Print the types of the columns")
        ->excludes(csv)
        ->excludes(json)
        ->excludes(parquet);
    app->add_flag("--timing", is_timed_, "Tell rows and time, also without a terminal");
    app->footer(
        "carmilla query                 # a prompt with history; .help explains it\n"
        "carmilla query \"SELECT count(*) FROM orders\"\n"
        "carmilla query --csv \"FROM orders\" > orders.csv\n"
        "carmilla query --on athena \"SELECT count(*) FROM orders\"\n"
        "carmilla query --types < report.sql");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    const bool is_watched = Terminal::OfError().is_interactive();
    const bool is_given = sql_option_->count() > 0;
    const bool is_prompt =
        !is_given && is_watched && Terminal::OfInput().is_interactive();
    if (is_prompt && !parquet_.empty()) return NoSql("the rows of which query?");
    if (!is_given && !is_prompt) {
      sql_.assign(std::istreambuf_iterator<char>(std::cin), {});
      if (sql_.empty()) return NoSql("standard input is empty");
    }
    Configuration configuration;
    if (lake_.empty()) {
      ARROW_ASSIGN_OR_RAISE(configuration, LoadLakeConfiguration(global));
    } else {
      ARROW_ASSIGN_OR_RAISE(configuration.lake, FindLake(lake_, global));
    }
    ARROW_ASSIGN_OR_RAISE(const QueryOn on,
                          ParseChoice<QueryOn>("--on", on_, kQueryOnNames));
    const QueryAnswerOptions options{.lake = configuration.lake,
                                     .models = configuration.models,
                                     .on = on,
                                     .printing = Printing(),
                                     .parquet_path = parquet_,
                                     .is_timed = is_timed_ || is_watched};
    ARROW_RETURN_NOT_OK(is_prompt ? RunQueryPrompt(options)
                                  : AnswerQuery(sql_, options, stop));
    return 0;
  }

 private:
  ResultPrinterOptions Printing() const {
    ResultPrinterOptions printing = printing_;
    printing.width = Terminal::OfOutput().Width();
    if (is_csv_) printing.format = ResultFormat::kCsv;
    if (is_json_) printing.format = ResultFormat::kJsonLines;
    return printing;
  }

  static arrow::Status NoSql(const std::string& why) {
    return MakeError(ErrorKind::kUsage, "reading the command line: no SQL: " + why,
                     "`carmilla query --help` shows examples");
  }

  CLI::Option* sql_option_ = nullptr;
  std::string sql_;
  std::string lake_;
  std::string on_{kQueryOnNames.front()};
  std::string parquet_;
  ResultPrinterOptions printing_;
  bool is_csv_ = false;
  bool is_json_ = false;
  bool is_timed_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeQueryCommand() { return std::make_unique<QueryCommand>(); }

}  // namespace carmilla
