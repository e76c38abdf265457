#pragma once

#include <chrono>
#include <ostream>

#include "engine/progress.h"

namespace carmilla {

/// Tells in plain lines how a run goes, for files and pipes: one when a table is done,
/// one for each table being read every 10 s.
class PlainProgress final : public ProgressListener {
 public:
  explicit PlainProgress(std::ostream& out) : out_(out) {}

  void OnPlanned(const RunPlan& plan) override;
  void OnProgress(const RunProgressView& progress) override;
  void OnTableFinished(const TableOutcome& outcome) override;
  void OnRestart(const arrow::Status& reason) override;
  void OnWaiting(const std::string& whom) override;

 private:
  std::ostream& out_;
  std::chrono::steady_clock::time_point last_line_ = std::chrono::steady_clock::now();
};

/// `reading 2 tables, about 3.4 MiB, from reader@localhost:5432/app`.
std::string PlannedText(const RunPlan& plan);
/// `reading again under a new snapshot, because of ...`.
std::string RestartText(const arrow::Status& reason);
std::string WaitingText(const std::string& whom);

}  // namespace carmilla
