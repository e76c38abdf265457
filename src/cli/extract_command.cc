#include <array>
#include <span>
#include <string_view>

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
    app->add_option("--source", source_, "env:NAME, file:PATH, or a URL, no password")
        ->type_name("SOURCE")
        ->required();
    app->add_option("--to", options_.to, "FILE.parquet, or a directory of files")
        ->type_name("PATH")
        ->required();
    app->add_option("--query", options_.query, "Rows of this SELECT instead of tables")
        ->type_name("SQL");
    app->add_option("--limit", options_.limit, "At most this many rows of each table")
        ->type_name("ROWS")
        ->check(NotNegative());
    app->add_option("--compression", compression_,
                    "How pages are compressed (default: zstd)")
        ->type_name("zstd|gzip|snappy|none");
    app->add_option("--on-nan", on_nan_,
                    "Of NaN in a numeric: error (default), null or text")
        ->type_name("POLICY");
    app->add_option("--on-infinity", on_infinity_,
                    "Of infinity in dates and times: the same, or clamp")
        ->type_name("POLICY");
    app->add_option("--gentleness", gentleness_,
                    "Workers and connections (default: gentle)")
        ->type_name("gentle|balanced|full");
    tls_.Declare(*app);
    printing_.Declare(app);
    app->footer(
        "export DATABASE_URL=postgresql://reader@db.example.com/app\n"
        "carmilla extract --source env:DATABASE_URL public.orders --to orders.parquet\n"
        "carmilla extract --source env:DATABASE_URL 'public.*' --to ./out\n"
        "carmilla extract --source env:DATABASE_URL --to new.parquet \\\n"
        "    --query 'SELECT * FROM public.orders WHERE id > 1000'");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& /*global*/, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(
        options_.compression,
        ParseChoice<Compression>("--compression", compression_, kCompressionNames));
    ARROW_ASSIGN_OR_RAISE(
        options_.gentleness,
        ParseChoice<Gentleness>("--gentleness", gentleness_, kGentlenessNames));
    const std::span<const std::string_view> policies = kValuePolicyNames;
    ARROW_ASSIGN_OR_RAISE(
        options_.policies.on_nan,
        ParseChoice<ValuePolicy>("--on-nan", on_nan_, policies.first(3)));
    ARROW_ASSIGN_OR_RAISE(
        options_.policies.on_infinity,
        ParseChoice<ValuePolicy>("--on-infinity", on_infinity_, policies.first(4)));
    ARROW_RETURN_NOT_OK(tls_.Read(&options_.tls, &options_.ca_file));
    ARROW_ASSIGN_OR_RAISE(options_.conninfo, ResolveCommandLineConnection(source_));
    RunPrinter printer(printing_, stop);
    return printer.Finish(Extract(options_, printer, stop), options_.to);
  }

 private:
  ExtractOptions options_;
  RunPrinterOptions printing_;
  std::string source_;
  std::string compression_ = "zstd";
  std::string gentleness_ = "gentle";
  std::string on_nan_ = "error";
  std::string on_infinity_ = "error";
  TlsFlags tls_;
};

}  // namespace

std::unique_ptr<Command> MakeExtractCommand() {
  return std::make_unique<ExtractCommand>();
}

}  // namespace carmilla
