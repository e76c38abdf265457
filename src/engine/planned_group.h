#pragma once

#include <memory>
#include <stop_token>

#include <arrow/result.h>

#include "engine/runner.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// A snapshot and what was planned under it.
struct PlannedGroup {
  std::unique_ptr<SnapshotExporter> exporter;
  RunPlan plan;
};

/// Takes a snapshot and plans `request` with `options` under it.
arrow::Result<PlannedGroup> PlanUnderSnapshot(const RunRequest& request,
                                              const ConnectionSettings& settings,
                                              const PlanOptions& options,
                                              const std::stop_token& stop);

}  // namespace carmilla
