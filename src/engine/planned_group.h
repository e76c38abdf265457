#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "engine/runner.h"
#include "engine/worker_sessions.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// A snapshot, what was planned under it, and the sessions of those who are to read it.
struct PlannedGroup {
  std::unique_ptr<SnapshotExporter> exporter;
  RunPlan plan;
  std::unique_ptr<WorkerSessions> workers;
};

/// Whether the session of a worker is connected while tables are planned.
enum class ConnectWorker { kAhead, kWhenNeeded };

/// Takes a snapshot and plans `request` with `options` under it.
arrow::Result<PlannedGroup> PlanUnderSnapshot(const RunRequest& request,
                                              const ConnectionSettings& settings,
                                              const PlanOptions& options,
                                              ConnectWorker connect,
                                              const std::stop_token& stop);

}  // namespace carmilla
