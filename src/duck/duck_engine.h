#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "duck/duck_bucket.h"
#include "stream/query_engine.h"

namespace carmilla {

struct DuckOptions {
  int64_t memory_bytes =
      1LL << 30;  ///< memory_limit of the engine; beyond it, it spills.
  int threads = 2;
  /// Where a folder for spilling is made when needed; it is removed at the end. "": no
  /// spilling.
  std::string temp_directory;
  std::optional<DuckBucket> bucket;  ///< For a lake in a bucket.
  /// Views over the tables, each behind those that it reads. One that is wrong does not
  /// stop the others: the queries that name it fail with what is wrong.
  std::vector<QueryView> views;
  /// Decimals leave in the narrowest type of Arrow, as files of a lake have them, instead
  /// of decimal128.
  bool has_narrow_decimals = false;
};

/// Opens the embedded engine in memory with one view per table. docs of the views:
/// table_view.h.
///
/// Read-only towards the outside: nothing on disk can be read but the files of `tables`,
/// nothing can be written but the spill folder, extensions are off, and so is the network
/// but for the files of a bucket; the configuration is locked. One statement per
/// Execute(), and only one that reads: SELECT in all its forms (WITH, FROM, VALUES, SHOW,
/// DESCRIBE, SUMMARIZE, PIVOT ... IN) and EXPLAIN [ANALYZE] of it; others are kQuery.
///
/// A table whose files are missing or damaged does not stop the others: the queries that
/// name it fail with kCorruptData.
///
/// Types leave the engine exactly or not at all: HUGEINT, the sum of integers, as
/// decimal128(38, 0) (kQuery past that); INTERVAL, ENUM and types without an exact Arrow
/// type as text; `type_names` tells the original. Time zone: UTC.
///
/// Threads: Execute() and several results may run at the same time; a result belongs to
/// one thread at a time and may outlive the engine. The memory limit is shared.
arrow::Result<std::unique_ptr<QueryEngine>> OpenDuckEngine(
    std::span<const QueryTable> tables, const DuckOptions& options);

}  // namespace carmilla
