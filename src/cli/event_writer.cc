#include "cli/event_writer.h"

#include "engine/run_events.h"

namespace carmilla {
namespace {

constexpr std::chrono::seconds kProgressEvery{1};

}  // namespace

void EventWriter::OnPlanned(const RunPlan& plan) {
  out_ << PlannedEvent(plan) << std::flush;
}

void EventWriter::OnProgress(const RunProgressView& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (last_progress_ && now - *last_progress_ < kProgressEvery) return;
  last_progress_ = now;
  out_ << ProgressEvent(progress) << std::flush;
}

void EventWriter::OnTableFinished(const TableOutcome& outcome) {
  out_ << TableEvent(outcome) << std::flush;
}

void EventWriter::OnRestart(const arrow::Status& reason) {
  out_ << RestartEvent(reason) << std::flush;
}

void EventWriter::OnReport(const RunReport& report) {
  out_ << ReportEvent(report) << std::flush;
}

void EventWriter::OnError(const arrow::Status& error) {
  out_ << ErrorEvent(error) << std::flush;
}

}  // namespace carmilla
