#pragma once

#include <memory>
#include <mutex>
#include <stop_token>

#include <arrow/result.h>

#include "engine/progress.h"
#include "engine/table_plan.h"
#include "engine/task.h"
#include "plan/configuration.h"
#include "postgres/session.h"
#include "postgres/snapshot.h"
#include "stream/batch_source.h"

namespace carmilla {

/// The snapshot that tasks read under, as long as it lives. Any thread.
class TaskSnapshot {
 public:
  explicit TaskSnapshot(SnapshotToken token) : token_(std::move(token)) {}

  const SnapshotToken& token() const { return token_; }
  /// Ends all reading under it; `reason` is what the readers fail with.
  void Lose(arrow::Status reason);
  /// OK, or why it is lost.
  arrow::Status status() const;
  /// Requested when it is lost.
  std::stop_token lost() const { return lost_.get_token(); }

 private:
  const SnapshotToken token_;
  mutable std::mutex mutex_;
  arrow::Status status_;
  std::stop_source lost_;
};

/// Whose rows a task reads, and how. All must outlive the source.
struct TaskSourceSettings {
  const RunPlan& plan;  ///< For the sizes of batches and rows.
  const Configuration& configuration;
  const ConnectionSettings& connection;
  const TaskSnapshot& snapshot;
  TableProgress* progress;  ///< Grows with every batch that came from the server.
};

/// Opens the rows of `read` with a connection of their own; again where a repetition may
/// cure what hindered it. They are read ahead. Errors as PlanTaskRead and TableScan.
arrow::Result<std::unique_ptr<BatchSource>> OpenTaskSource(
    const TaskSourceSettings& settings, const TaskRead& read,
    const std::stop_token& stop);

}  // namespace carmilla
