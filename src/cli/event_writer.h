#pragma once

#include <chrono>
#include <optional>
#include <ostream>

#include "engine/progress.h"

namespace carmilla {

/// Tells machines how a run goes: one JSON object per line as docs/formats/events.md
/// describes, each flushed at once, progress once a second.
class EventWriter final : public ProgressListener {
 public:
  explicit EventWriter(std::ostream& out) : out_(out) {}

  void OnPlanned(const RunPlan& plan) override;
  void OnProgress(const RunProgressView& progress) override;
  void OnTableFinished(const TableOutcome& outcome) override;
  void OnRestart(const arrow::Status& reason) override;

  /// The last event.
  void OnReport(const RunReport& report);
  /// The last event of a run that failed as a whole.
  void OnError(const arrow::Status& error);

 private:
  std::ostream& out_;
  std::optional<std::chrono::steady_clock::time_point> last_progress_;
};

}  // namespace carmilla
