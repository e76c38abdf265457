#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "engine/table_plan.h"

namespace carmilla {

/// The value of the partition key for rows without one, as Hive, Athena and Trino know
/// it.
inline constexpr char kNullPartition[] = "__HIVE_DEFAULT_PARTITION__";

/// Splits batches by the window that a date or timestamp column falls into. The value of
/// a window is its first day, `2024-05-01` (UTC for timestamptz; weeks begin on Monday,
/// ISO 8601).
class PartitionSplit {
 public:
  /// `plan` must outlive the split; without partition_by every batch is one part with
  /// value "".
  explicit PartitionSplit(const TablePlan& plan);

  struct Part {
    std::string value;
    std::shared_ptr<arrow::RecordBatch> rows;
  };

  /// The parts of `batch` by ascending value; the order of rows inside a part is kept.
  arrow::Result<std::vector<Part>> Split(
      const std::shared_ptr<arrow::RecordBatch>& batch) const;

 private:
  std::optional<PartitionBy> by_;
  int column_ = -1;
};

/// The first day of the window around `day` (days since 1970-01-01).
int64_t WindowStart(int64_t day, PartitionUnit unit);

}  // namespace carmilla
