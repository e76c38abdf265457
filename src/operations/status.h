#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/run_report.h"
#include "plan/lake_location.h"

namespace carmilla {

/// The published version of one table.
struct TableStatus {
  std::string name;
  std::string relation;
  std::string run_id;
  std::string snapshot_time;  ///< Server time of the rows, ISO 8601 UTC.
  int64_t rows = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  arrow::Status status;  ///< Why the version cannot be read; OK otherwise.
};

struct LakeStatus {
  std::vector<TableStatus> tables;  ///< By name.
  std::vector<RunReport> runs;      ///< Newest first.
  /// What the newest of `runs` that was asked for all tables did not find at the source.
  std::vector<VanishedTable> vanished;
};

/// Reads what the lake itself knows: every table's version and the newest `num_runs` run
/// reports. Heals stable names and entries of the catalog that a crash left behind. A
/// damaged manifest or report is told of its table and does not hide the others.
/// kInterrupted soon after `stop` is requested.
arrow::Result<LakeStatus> ReadStatus(const LakeLocation& location, int num_runs,
                                     const std::stop_token& stop);

}  // namespace carmilla
