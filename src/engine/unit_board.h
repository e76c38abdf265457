#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "engine/scan_unit.h"
#include "engine/table_plan.h"
#include "engine/unit_reader.h"

namespace carmilla {

/// What was read of one table; files are proven and invisible.
struct TableExtraction {
  arrow::Status status;
  std::vector<DataFile> files;  ///< In the order of the ranges; only when status is OK.
  std::vector<PolicyCounts> policy_counts;
  int64_t wire_bytes = 0;
  std::chrono::milliseconds duration{
      0};  ///< From the first unit's begin to the last one's end.
};

/// The units of one extraction and what became of them. Any thread.
class UnitBoard {
 public:
  explicit UnitBoard(const std::vector<TablePlan>& tables);

  /// The next unit of a table that has not failed, or nothing.
  std::optional<size_t> Take();

  void Complete(size_t index, arrow::Result<UnitResult> result);

  /// Fails every table that is not complete, so that no further unit is handed out.
  void FailIncomplete(const arrow::Status& status);

  enum class Stage : uint8_t { kWaiting, kBeingRead, kRead, kFailed };

  /// How far a table is, and since when it has been read.
  std::pair<Stage, std::chrono::milliseconds> StageOf(size_t table);

  size_t num_units() const { return units_.size(); }
  const ScanUnit& unit(size_t index) const { return units_[index]; }

  /// One entry per table. Call when all workers have ended.
  std::vector<TableExtraction> Collect();

 private:
  using Clock = std::chrono::steady_clock;

  struct TableState {
    arrow::Status status;
    size_t num_units = 0;
    size_t completed_units = 0;
    std::optional<Clock::time_point> begun;
    Clock::time_point ended;
  };

  bool IsComplete(size_t table) const {
    return tables_[table].completed_units == tables_[table].num_units;
  }

  std::mutex mutex_;
  const std::vector<ScanUnit> units_;
  std::vector<std::optional<UnitResult>> results_;
  std::vector<TableState> tables_;
  size_t next_ = 0;
};

}  // namespace carmilla
