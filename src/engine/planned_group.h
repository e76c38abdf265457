#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "engine/runner.h"
#include "engine/worker_sessions.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// A snapshot and what was planned under it.
struct PlannedGroup {
  std::unique_ptr<SnapshotExporter> exporter;
  RunPlan plan;
};

/// Takes a snapshot and plans `request` with `options` under it. A session of `workers`
/// is connected meanwhile; null: nobody is going to read.
arrow::Result<PlannedGroup> PlanUnderSnapshot(const RunRequest& request,
                                              const ConnectionSettings& settings,
                                              const PlanOptions& options,
                                              WorkerSessions* workers,
                                              const std::stop_token& stop);

}  // namespace carmilla
