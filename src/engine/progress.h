#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "engine/run_report.h"
#include "engine/table_plan.h"

namespace carmilla {

/// Counters of one table while it is read. Written by workers, read by anybody.
struct TableProgress {
  std::atomic<int64_t> rows{0};
  std::atomic<int64_t> wire_bytes{0};
};

/// What one table has reached at one moment.
struct TableProgressView {
  std::string name;
  int64_t rows = 0;
  int64_t wire_bytes = 0;
  double estimated_rows = -1;            ///< -1: not known.
  std::chrono::milliseconds elapsed{0};  ///< Since its first row was asked for.

  /// From 0 to 0.99, because estimates may be stale; -1 if not known.
  double Share() const;
};

/// What the tables that share a snapshot have reached at one moment.
struct RunProgressView {
  std::vector<TableProgressView> tables;  ///< Those being read.
  int64_t num_tables = 0;                 ///< All of them.
  int64_t num_read = 0;                   ///< Read completely, not published yet.
  int64_t rows = 0;                       ///< Of all of them.
  int64_t wire_bytes = 0;
  double share = -1;  ///< By the tables' sizes, as TableProgressView::Share().
  std::chrono::milliseconds elapsed{0};
};

/// Is told how a run goes. All calls come from the thread that runs the run; they must be
/// quick.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  virtual void OnPlanned(const RunPlan& plan) = 0;
  /// About five times a second.
  virtual void OnProgress(const RunProgressView& progress) = 0;
  virtual void OnTableFinished(const TableOutcome& outcome) = 0;
  /// The group is read again under a new snapshot.
  virtual void OnRestart(const arrow::Status& reason) = 0;
  /// Everything is published, and the run waits for `whom`: a crawler.
  virtual void OnWaiting(const std::string& /*whom*/) {}
  /// What a stop means that was requested, for the report: kInterrupted, kTerminated
  /// or kHungUp.
  virtual ErrorKind StopKind() const { return ErrorKind::kInterrupted; }
};

}  // namespace carmilla
