#pragma once

#include <chrono>
#include <cstdint>

#include "engine/table_plan.h"

namespace carmilla {

/// What a run is assumed to read, in bytes of heap and TOAST per second: 40 MB/s for each
/// worker, that is 40 MB/s gentle and 80 MB/s balanced. A cautious figure for a server
/// that has other work to do, not a limit; docs/formats/plan.md tells it to users.
int64_t AssumedBytesPerSecond(int workers);

/// How long reading `bytes` is estimated to take.
std::chrono::seconds EstimatedDuration(int64_t bytes, int workers);

/// What the files of `plan` are estimated to hold: a share of heap and TOAST that depends
/// on the compression alone (docs/formats/plan.md).
int64_t EstimatedStoredBytes(const TablePlan& plan);
int64_t EstimatedStoredBytes(const RunPlan& plan);

/// The number of files: a range of each table that is not empty, if every range has rows.
/// Partitions may make more.
int64_t EstimatedFiles(const TablePlan& plan);
int64_t EstimatedFiles(const RunPlan& plan);

}  // namespace carmilla
