#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "engine/destination.h"
#include "engine/progress.h"
#include "engine/table_plan.h"
#include "engine/unit_board.h"
#include "engine/worker_sessions.h"
#include "postgres/snapshot.h"

namespace carmilla {

/// Reads every table of `plan` under the exporter's snapshot with plan.workers threads,
/// one connection each. A table that fails does not stop the others; a unit whose failure
/// a repetition may cure (lost connection, lock timeout) is repeated under the same
/// snapshot. When the snapshot is lost, all tables that are not complete fail with
/// kSnapshotLost. `on_progress` is called from the calling thread about five times a
/// second. Returns one entry per table.
std::vector<TableExtraction> ExtractTables(
    const RunPlan& plan, WorkerSessions& sessions, SnapshotExporter& exporter,
    const Destination& destination,
    const std::function<void(const RunProgressView&)>& on_progress,
    const std::stop_token& stop);

}  // namespace carmilla
