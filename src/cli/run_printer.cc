#include "cli/run_printer.h"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/failure_printer.h"
#include "cli/live_progress.h"
#include "cli/outcome_text.h"
#include "cli/plain_progress.h"
#include "cli/word_wrap.h"
#include "core/error.h"
#include "core/quantity.h"
#include "operations/lake_sql.h"

namespace carmilla {
namespace {

constexpr size_t kSummaryIndent = 12;  ///< Of the values: "  read      ".

/// What the tables that are fine add up to.
struct Totals {
  int64_t rows = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t wire_bytes = 0;
  int64_t policy_cells = 0;
  int64_t policy_columns = 0;
  const TableOutcome* largest = nullptr;  // The one worth looking at first.
};

Totals TotalsOf(const RunReport& report) {
  Totals totals;
  for (const TableOutcome& table : report.tables) {
    if (!table.status.ok()) continue;
    const bool is_largest =
        totals.largest == nullptr || table.rows > totals.largest->rows;
    if (is_largest && !table.is_task) totals.largest = &table;
    totals.rows += table.rows;
    totals.files += table.files;
    totals.bytes += table.bytes;
    totals.wire_bytes += table.wire_bytes;
    for (const auto& [column, count] : table.policy_counts) {
      ++totals.policy_columns;
      totals.policy_cells += count;
    }
  }
  return totals;
}

/// What a signal kept from its end.
std::string StoppedText(const RunReport& report, int64_t num_stopped) {
  const bool has_tasks = std::ranges::any_of(report.tables, &TableOutcome::is_task);
  if (!has_tasks) return FormatCount(num_stopped, "table") + " not read to the end";
  return std::to_string(num_stopped) + " of " + report.Subject() + " not complete";
}

}  // namespace

void RunPrinterOptions::Declare(CLI::App* app) {
  app->add_flag("-q,--quiet", is_quiet, "Print nothing but errors");
  app->add_flag("--json", is_json, "Print events as JSON lines on standard output");
}

RunPrinter::RunPrinter(const RunPrinterOptions& options, std::stop_token stop)
    : options_(options), out_(std::cerr) {
  if (options.is_json) events_.emplace(std::cout);
  if (options.is_quiet) return;
  // Events on the same terminal would run through the bars.
  const bool is_shared = options.is_json && Terminal::OfOutput().is_interactive();
  if (terminal_.can_redraw() && !is_shared) {
    progress_ = std::make_unique<LiveProgress>(out_, terminal_, std::move(stop));
  } else {
    progress_ = std::make_unique<PlainProgress>(out_);
  }
}

RunPrinter::~RunPrinter() = default;

void RunPrinter::OnPlanned(const RunPlan& plan) {
  const bool are_tasks_full = plan.tasks.empty() || plan.proof_of_tasks == Proof::kFull;
  is_proof_full_ =
      are_tasks_full && std::ranges::all_of(plan.tables, [](const TablePlan& table) {
        return table.proof == Proof::kFull;
      });
  if (progress_ != nullptr) progress_->OnPlanned(plan);
  if (events_) events_->OnPlanned(plan);
}

void RunPrinter::OnProgress(const RunProgressView& progress) {
  if (progress_ != nullptr) progress_->OnProgress(progress);
  if (events_) events_->OnProgress(progress);
}

void RunPrinter::OnTableFinished(const TableOutcome& outcome) {
  if (progress_ != nullptr) progress_->OnTableFinished(outcome);
  if (events_) events_->OnTableFinished(outcome);
}

void RunPrinter::OnRestart(const arrow::Status& reason) {
  if (progress_ != nullptr) progress_->OnRestart(reason);
  if (events_) events_->OnRestart(reason);
}

void RunPrinter::OnWaiting(const std::string& whom) {
  if (progress_ != nullptr) progress_->OnWaiting(whom);
}

arrow::Result<int> RunPrinter::Finish(const arrow::Result<RunReport>& report,
                                      const std::string& written_to) {
  const bool is_quiet = progress_ == nullptr;
  progress_.reset();  // Removes the bars.
  if (!report.ok()) {
    if (events_) events_->OnError(report.status());
    return report.status();
  }
  PrintFailures(*report);
  if (!is_quiet) PrintSummary(*report, written_to);
  if (events_) events_->OnReport(*report);
  return report->ExitCode();
}

void RunPrinter::PrintFailures(const RunReport& report) {
  FailurePrinter failures(out_, terminal_);
  int64_t num_stopped = 0;
  arrow::Status stop;
  for (const TableOutcome& table : report.tables) {
    if (IsStopped(table.status)) {
      ++num_stopped;
      stop = table.status;
    } else if (!table.status.ok()) {
      failures.Print(table.name, table.status);
    }
  }
  if (!report.catalog_status.ok()) failures.Print("", report.catalog_status);
  // One reason for all of them.
  if (num_stopped > 0) {
    failures.Print(
        "", MakeError(KindOf(stop), "stopped: " + StoppedText(report, num_stopped)));
  }
}

void RunPrinter::PrintIgnored(const RunReport& report) {
  constexpr size_t kMostNames = 5;
  if (report.ignored.empty()) return;
  std::string text =
      FormatCount(static_cast<int64_t>(report.ignored.size()), "new table") +
      " ignored (new_tables: ignore): ";
  for (size_t i = 0; i < std::min(kMostNames, report.ignored.size()); ++i) {
    text += (i > 0 ? ", " : "") + EscapeControlCharacters(report.ignored[i]);
  }
  if (report.ignored.size() > kMostNames) text += ", ...";
  PrintText(text);
}

void RunPrinter::PrintVanished(const RunReport& report) {
  constexpr size_t kMostTables = 5;
  for (size_t i = 0; i < std::min(kMostTables, report.vanished.size()); ++i) {
    PrintText(VanishedText(report.vanished[i]));
  }
  if (report.vanished.size() > kMostTables) {
    PrintText("and " +
              FormatCount(static_cast<int64_t>(report.vanished.size() - kMostTables),
                          "more table") +
              " no longer at the source: `carmilla status` lists them");
  }
}

void RunPrinter::PrintText(const std::string& text) {
  out_ << WrapHanging(text, kSummaryIndent, TextWidth(terminal_)) << std::endl;
}

void RunPrinter::PrintSummary(const RunReport& report, const std::string& written_to) {
  const auto num_tables = static_cast<int64_t>(report.tables.size());
  const int64_t num_failed = report.NumFailed();
  PrintIgnored(report);
  PrintVanished(report);
  const std::string run = "run " + report.run_id + ": ";
  if (num_tables == 0) {
    PrintText(run + "nothing to read");
    return;
  }
  const bool is_stopped = std::ranges::any_of(
      report.tables, [](const TableOutcome& table) { return IsStopped(table.status); });
  if (num_failed == num_tables) {
    const std::string end = is_stopped ? "stopped" : report.Subject() + " failed";
    const bool is_published =
        std::ranges::any_of(report.tables, &TableOutcome::may_be_published);
    const std::string what = is_published
                                 ? "`carmilla status` tells what was published"
                                 : std::string("nothing was ") +
                                       (written_to.empty() ? "published" : "written");
    PrintText(run + end + ", " + what + ", in " + FormatDuration(report.duration));
    return;
  }
  const Totals totals = TotalsOf(report);
  std::string text =
      run + std::to_string(num_tables - num_failed) + " of " + report.Subject() +
      (totals.largest == nullptr ? "" : ", " + FormatCount(totals.rows, "row")) +
      ", in " + FormatDuration(report.duration);
  if (num_failed > 0)
    text += "; " + std::to_string(num_failed) + (is_stopped ? " stopped" : " failed");
  text += "\n  read      " + FormatBytes(totals.wire_bytes);
  if (totals.largest == nullptr) {
    PrintText(text + "\n  wrote     no table");
    return;
  }
  text += "\n  files     " + FormatCount(totals.files) + ", " + FormatBytes(totals.bytes);
  if (!written_to.empty()) {
    text += ", written to " + EscapeControlCharacters(written_to);
  }
  text += "\n  proven    ";
  text += is_proof_full_ ? "every stored value, decoded again"
                         : "size, checksum, footer and counts of every file";
  if (totals.policy_cells > 0) {
    text += "\n  policies  " + FormatCount(totals.policy_cells, "cell") + " changed in " +
            FormatCount(totals.policy_columns, "column");
  }
  if (written_to.empty()) {
    const std::string query =
        "SELECT * FROM " + InLakeSql(totals.largest->name) + " LIMIT 10";
    const char* quote = query.find('"') == std::string::npos ? "\"" : "'";
    text += "\n  next      carmilla query " + (quote + query) + quote;
  }
  PrintText(text);
}

}  // namespace carmilla
