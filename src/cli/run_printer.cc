#include "cli/run_printer.h"

#include <algorithm>

#include "core/error.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr std::chrono::seconds kLineEvery{10};

std::string Plural(int64_t count, const std::string& word) {
  return FormatCount(count) + " " + word + (count == 1 ? "" : "s");
}

std::string Share(const TableProgressView& table) {
  if (table.estimated_rows <= 0) return "";
  const double share = static_cast<double>(table.rows) / table.estimated_rows;
  return ", about " + std::to_string(static_cast<int>(std::min(0.99, share) * 100)) +
         " %";
}

}  // namespace

void RunPrinter::OnPlanned(const RunPlan& plan) {
  if (plan.tables.empty()) return;  // Each was refused, which is told table by table.
  const int64_t bytes = EstimatedBytes(plan);
  out_ << "reading " << Plural(static_cast<int64_t>(plan.tables.size()), "table")
       << (bytes > 0 ? ", about " + FormatBytes(bytes) : "") << ", from "
       << EscapeControlCharacters(plan.source) << '\n';
}

void RunPrinter::OnProgress(const std::vector<TableProgressView>& tables,
                            std::chrono::milliseconds elapsed) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_line_ < kLineEvery) return;
  last_line_ = now;
  for (const TableProgressView& table : tables) {
    out_ << "  " << table.name << ": " << FormatCount(table.rows) << " rows, "
         << FormatBytes(table.wire_bytes) << Share(table) << ", "
         << FormatDuration(elapsed) << std::endl;
  }
}

void RunPrinter::OnTableFinished(const TableOutcome& outcome) {
  out_ << "  " << EscapeControlCharacters(outcome.name) << ": ";
  if (!outcome.status.ok()) {
    out_ << "FAILED" << std::endl;
    return;
  }
  out_ << Plural(outcome.rows, "row") << ", " << Plural(outcome.files, "file") << ", "
       << FormatBytes(outcome.bytes) << ", " << FormatDuration(outcome.duration);
  for (const auto& [column, count] : outcome.policy_counts) {
    out_ << "; " << EscapeControlCharacters(column) << ": policy applied to "
         << Plural(count, "cell");
  }
  for (const auto& [column, count] : outcome.unusual_years) {
    out_ << "; " << EscapeControlCharacters(column) << ": " << Plural(count, "value")
         << " of a year outside 0001 to 9999, which some readers refuse";
  }
  out_ << std::endl;
}

void RunPrinter::OnRestart(const arrow::Status& reason) {
  out_ << "reading again under a new snapshot, because of " << RenderError(reason)
       << std::endl;
}

void RunPrinter::PrintIgnored(const RunReport& report) {
  constexpr size_t kMostNames = 5;
  if (report.ignored.empty()) return;
  out_ << Plural(static_cast<int64_t>(report.ignored.size()), "new table")
       << " ignored (new_tables: ignore): ";
  for (size_t i = 0; i < std::min(kMostNames, report.ignored.size()); ++i) {
    out_ << (i > 0 ? ", " : "") << EscapeControlCharacters(report.ignored[i]);
  }
  out_ << (report.ignored.size() > kMostNames ? ", ..." : "") << '\n';
}

void RunPrinter::PrintSummary(const RunReport& report, const std::string& written_to) {
  int64_t rows = 0;
  int64_t bytes = 0;
  for (const TableOutcome& table : report.tables) {
    rows += table.status.ok() ? table.rows : 0;
    bytes += table.status.ok() ? table.bytes : 0;
  }
  const auto num_tables = static_cast<int64_t>(report.tables.size());
  for (const TableOutcome& table : report.tables) {
    if (table.status.ok()) continue;
    out_ << "carmilla: " << EscapeControlCharacters(table.name) << ": "
         << RenderError(table.status) << '\n';
  }
  PrintIgnored(report);
  const int64_t num_failed = report.NumFailed();
  out_ << "run " << report.run_id << ": ";
  if (num_tables == 0) {
    out_ << "nothing to read" << std::endl;
    return;
  }
  if (num_failed == num_tables) {
    out_ << Plural(num_failed, "table") << " failed, nothing was "
         << (written_to.empty() ? "published" : "written") << ", in "
         << FormatDuration(report.duration) << std::endl;
    return;
  }
  out_ << num_tables - num_failed << " of " << Plural(num_tables, "table") << ", "
       << Plural(rows, "row") << ", " << FormatBytes(bytes) << ", proven, in "
       << FormatDuration(report.duration);
  if (!written_to.empty()) out_ << ", written to " << EscapeControlCharacters(written_to);
  if (num_failed > 0) out_ << "; " << num_failed << " failed";
  out_ << std::endl;
}

}  // namespace carmilla
