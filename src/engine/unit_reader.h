#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include <arrow/result.h>

#include "engine/destination.h"
#include "engine/large_row_gate.h"
#include "engine/progress.h"
#include "engine/scan_unit.h"
#include "engine/table_plan.h"
#include "postgres/session.h"
#include "postgres/snapshot.h"
#include "stream/data_file.h"

namespace carmilla {

/// What reading one unit gave.
struct UnitResult {
  std::vector<DataFile> files;
  std::vector<PolicyCounts> policy_counts;  ///< By column.
  int64_t wire_bytes = 0;
};

/// Reads `unit` under `snapshot` and writes and proves its files. Every scan is one
/// transaction of `session`; after a failure the session must be thrown away. `progress`
/// grows with every batch and shrinks back by this unit's share when the unit fails.
/// `large_rows` is that of all readers of the run.
arrow::Result<UnitResult> ReadUnit(Session& session, const SnapshotToken& snapshot,
                                   const RunPlan& plan, const ScanUnit& unit,
                                   const Destination& destination,
                                   TableProgress* progress, LargeRowGate* large_rows,
                                   const std::stop_token& stop);

}  // namespace carmilla
