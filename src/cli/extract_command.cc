#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/flag_value.h"
#include "cli/run_printer.h"
#include "cli/tls_flags.h"
#include "operations/extract.h"
#include "plan/configuration_reader.h"

namespace carmilla {
namespace {

class ExtractCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app = parent.add_subcommand(
        "extract", "Write tables or a query into files; no configuration");
    app->add_option("tables", options_.relations,
                    "Tables as schema.table, or schema.* into a directory")
        ->type_name("TABLE");
    app->add_option(
           "--source", source_,
           "The database: env:NAME, file:PATH, or a connection string without password")
        ->type_name("SOURCE")
        ->required();
    app->add_option("--to", options_.to,
                    "FILE.parquet, or a directory of one file per table")
        ->type_name("PATH")
        ->required();
    app->add_option("--query", options_.query, "Rows of this SELECT instead of tables")
        ->type_name("SQL");
    app->add_option("--limit", options_.limit, "At most this many rows of each table")
        ->type_name("ROWS")
        ->check(NotNegative());
    app->add_option("--compression", compression_,
                    "zstd, gzip, snappy or none (default: zstd)")
        ->type_name("NAME");
    app->add_option("--gentleness", gentleness_,
                    "gentle, balanced or full: workers and connections (default: gentle)")
        ->type_name("NAME");
    tls_.Declare(*app);
    app->add_flag("--json", is_json_, "Print the report as JSON on standard output");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(
        options_.compression,
        ParseChoice<Compression>("--compression", compression_, kCompressionNames));
    ARROW_ASSIGN_OR_RAISE(
        options_.gentleness,
        ParseChoice<Gentleness>("--gentleness", gentleness_, kGentlenessNames));
    ARROW_RETURN_NOT_OK(tls_.Read(&options_.tls, &options_.ca_file));
    ARROW_ASSIGN_OR_RAISE(options_.conninfo, ResolveCommandLineConnection(source_));
    RunPrinter printer(std::cerr);
    ARROW_ASSIGN_OR_RAISE(const RunReport report, Extract(options_, printer, stop));
    printer.PrintSummary(report, options_.to);
    if (is_json_) std::cout << SerializeRunReport(report);
    return report.ExitCode();
  }

 private:
  ExtractOptions options_;
  std::string source_;
  std::string compression_ = "zstd";
  std::string gentleness_ = "gentle";
  TlsFlags tls_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeExtractCommand() {
  return std::make_unique<ExtractCommand>();
}

}  // namespace carmilla
