#pragma once

#include <cstdint>
#include <future>
#include <memory>
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

/// Reads one unit and writes and proves its files, in two steps, so that the next unit
/// can be read while the files of this one are completed. One thread at a time.
class UnitReader {
 public:
  struct Request {
    const RunPlan& plan;
    const ScanUnit& unit;
    const Destination& destination;
    /// Grows with every batch and shrinks back by this unit's share when the unit fails.
    TableProgress* progress;
    LargeRowGate* large_rows;  ///< Of all readers of the run.
    /// Nothing is written, and no large row is taken, before it is ready, if it is valid:
    /// of the units of one worker only one at a time takes the memory of open files.
    std::shared_future<arrow::Status> earlier;
    std::stop_token stop;
  };

  static arrow::Result<std::unique_ptr<UnitReader>> Make(Request request);
  /// Before Complete has returned its result, it leaves nothing to see.
  ~UnitReader();

  /// Reads all rows under `snapshot`. Every scan is one transaction of `session`, none of
  /// which is open afterwards; after a failure the session must be thrown away.
  arrow::Status ReadRows(Session& session, const SnapshotToken& snapshot);

  /// Whether ReadRows failed only because it had to wait for `earlier` for longer than a
  /// transaction may be held up. Nothing was written.
  bool is_postponed() const;

  /// Writes what still waits, completes the files and proves them. After ReadRows, once.
  arrow::Result<UnitResult> Complete();

 private:
  class Impl;

  explicit UnitReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
