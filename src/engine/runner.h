#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/destination.h"
#include "engine/progress.h"
#include "engine/run_planner.h"
#include "engine/run_report.h"
#include "engine/task.h"
#include "plan/configuration.h"

namespace carmilla {

/// What one run should do.
struct RunRequest {
  Configuration configuration;
  PlanOptions options;
  UserQuery query;  ///< With `sql`: instead of the configured tables.
  /// Run after the tables, each behind those that it waits for (task_selection.h).
  std::vector<Task> tasks;
  AthenaSelects athena;  ///< Of the tasks; null: they cannot read from it.
  Destination destination;
  /// Rewords what a table fails with before anybody sees it, for callers whose user has
  /// no configuration; null: nothing is reworded.
  std::function<arrow::Status(const arrow::Status&)> reword;
};

/// Runs a plan from snapshot to publication: takes the snapshot, plans under it, reads
/// all tables, proves, publishes table by table, writes the run's report into the lake.
/// In `run` consistency nothing is published before all tables are read; when a table
/// needs a new snapshot, the unpublished group is read again once. Then the tasks run,
/// under the same snapshot; what one wrote is published as soon as its body has returned
/// OK, before those after it begin. A task is never run twice. Fails only where no
/// table could be tried at all (no connection, lake not writable, unknown table); what
/// happened to each table stands in the report. `listener` outlives the call.
arrow::Result<RunReport> ExecuteRun(const RunRequest& request, ProgressListener& listener,
                                    std::stop_token stop);

/// Plans `request` under a snapshot of its own and reads nothing.
arrow::Result<RunPlan> PlanOnly(const RunRequest& request, const std::stop_token& stop);

}  // namespace carmilla
