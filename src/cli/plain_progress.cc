#include "cli/plain_progress.h"

#include "cli/outcome_text.h"
#include "core/error.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

constexpr std::chrono::seconds kLineEvery{10};

std::string ShareText(const TableProgressView& table) {
  const double share = table.Share();
  return share < 0 ? ""
                   : ", about " + std::to_string(static_cast<int>(share * 100)) + " %";
}

}  // namespace

std::string PlannedText(const RunPlan& plan) {
  const int64_t bytes = EstimatedBytes(plan);
  const std::string from = ", from " + EscapeControlCharacters(plan.source);
  const std::string tasks = FormatCount(static_cast<int64_t>(plan.tasks.size()), "task");
  if (plan.tables.empty()) return "running " + tasks + from;
  return "reading " + FormatCount(static_cast<int64_t>(plan.tables.size()), "table") +
         (bytes > 0 ? ", about " + FormatBytes(bytes) : "") + from +
         (plan.tasks.empty() ? "" : "; then " + tasks);
}

std::string RestartText(const arrow::Status& reason) {
  return "reading again under a new snapshot, because of " + RenderError(reason);
}

std::string WaitingText(const std::string& whom) {
  return "published; waiting for " + EscapeControlCharacters(whom);
}

void PlainProgress::OnPlanned(const RunPlan& plan) {
  if (plan.tables.empty() && plan.tasks.empty())
    return;  // Each was refused, which is told table by table.
  out_ << PlannedText(plan) << std::endl;
}

void PlainProgress::OnProgress(const RunProgressView& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_line_ < kLineEvery) return;
  last_line_ = now;
  for (const TableProgressView& table : progress.tables) {
    out_ << "  " << EscapeControlCharacters(table.name) << ": " << FormatCount(table.rows)
         << " rows, " << FormatBytes(table.wire_bytes) << ShareText(table) << ", "
         << FormatDuration(table.elapsed) << std::endl;
  }
}

void PlainProgress::OnTableFinished(const TableOutcome& outcome) {
  out_ << "  " << OutcomeText(outcome) << std::endl;
}

void PlainProgress::OnRestart(const arrow::Status& reason) {
  out_ << RestartText(reason) << std::endl;
}

void PlainProgress::OnWaiting(const std::string& whom) {
  out_ << WaitingText(whom) << std::endl;
}

}  // namespace carmilla
