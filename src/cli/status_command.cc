#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/failure_printer.h"
#include "cli/flag_value.h"
#include "cli/outcome_text.h"
#include "cli/text_table.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "core/run_id.h"
#include "operations/status.h"

namespace carmilla {
namespace {

constexpr int kDefaultRuns = 10;
constexpr size_t kPlaceOfT = 10;
constexpr size_t kLengthToSeconds = 19;

/// 2026-01-31T12:30:45.123456Z as 2026-01-31 12:30:45.
std::string WithoutFraction(std::string time) {
  if (time.size() > kLengthToSeconds && time[kPlaceOfT] == 'T') {
    time.resize(kLengthToSeconds);
    time[kPlaceOfT] = ' ';
  }
  return time;
}

void PrintTables(const LakeStatus& status) {
  using enum TextTable::Align;
  TextTable tables({{.title = "table"},
                    {.title = "rows", .align = kRight},
                    {.title = "size", .align = kRight},
                    {.title = "as of (UTC)"},
                    {.title = "run", .is_optional = true}});
  for (const TableStatus& table : status.tables) {
    if (!table.status.ok()) {
      tables.AddRow({table.name, "DAMAGED"});
      continue;
    }
    tables.AddRow({table.name, FormatCount(table.rows), FormatBytes(table.bytes),
                   WithoutFraction(table.snapshot_time), table.run_id});
  }
  tables.Print(std::cout, "", Terminal::OfOutput());
}

void PrintRuns(const LakeStatus& status) {
  using enum TextTable::Align;
  TextTable runs({{.title = "run"},
                  {.title = "started (UTC)", .is_optional = true},
                  {.title = "tables", .align = kRight},
                  {.title = "rows", .align = kRight},
                  {.title = "took", .align = kRight},
                  {.title = "exit", .align = kRight}});
  for (const RunReport& run : status.runs) {
    int64_t rows = 0;
    for (const TableOutcome& table : run.tables)
      rows += table.status.ok() ? table.rows : 0;
    const auto num_tables = static_cast<int64_t>(run.tables.size());
    const int64_t num_failed = run.NumFailed();
    runs.AddRow({run.run_id, RunIdTime(run.run_id),
                 num_failed == 0 ? FormatCount(num_tables)
                                 : FormatCount(num_tables - num_failed) + " of " +
                                       FormatCount(num_tables),
                 FormatCount(rows), FormatDuration(run.duration),
                 std::to_string(run.ExitCode())});
  }
  std::cout << '\n';
  runs.Print(std::cout, "", Terminal::OfOutput());
}

void PrintVanished(const LakeStatus& status) {
  constexpr size_t kIndent = 2;
  const size_t width = TextWidth(Terminal::OfOutput());
  if (!status.vanished.empty()) std::cout << '\n';
  for (const VanishedTable& table : status.vanished) {
    std::cout << WrapHanging(VanishedText(table), kIndent, width) << '\n';
  }
}

class StatusCommand : public Command {
 public:
  CLI::App* Declare(CLI::App& parent) override {
    CLI::App* app =
        parent.add_subcommand("status", "Show the tables and the last runs of a lake");
    app->add_option("--lake", lake_,
                    "Directory or s3:// of the lake (default: the configuration's)")
        ->type_name("DIR");
    app->add_option("--runs", num_runs_, "How many runs to show (default: 10)")
        ->type_name("N")
        ->check(NotNegative());
    app->footer(
        "carmilla status                # published tables and the last runs\n"
        "carmilla status --lake ./lake  # of a lake without configuration");
    return app;
  }

  arrow::Result<int> Run(const GlobalOptions& global, std::stop_token stop) override {
    ARROW_ASSIGN_OR_RAISE(const LakeLocation lake, FindLake(lake_, global));
    ARROW_ASSIGN_OR_RAISE(const LakeStatus status, ReadStatus(lake, num_runs_, stop));
    PrintTables(status);
    PrintVanished(status);
    if (!status.runs.empty()) PrintRuns(status);
    std::cout << std::flush;
    const Terminal terminal = Terminal::OfError();
    FailurePrinter failures(std::cerr, terminal);
    int exit_code = 0;
    for (const TableStatus& table : status.tables) {
      if (table.status.ok()) continue;
      failures.Print(table.name, table.status);
      if (exit_code == 0) exit_code = ExitCodeOf(table.status);
    }
    return exit_code;
  }

 private:
  std::string lake_;
  int num_runs_ = kDefaultRuns;
};

}  // namespace

std::unique_ptr<Command> MakeStatusCommand() { return std::make_unique<StatusCommand>(); }

}  // namespace carmilla
