#include "engine/unit_board.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "core/log.h"
#include "core/quantity.h"
#include "engine/table_scan.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;

milliseconds Between(std::chrono::steady_clock::time_point begin,
                     std::chrono::steady_clock::time_point end) {
  return std::chrono::duration_cast<milliseconds>(end - begin);
}

void Append(UnitResult result, TableExtraction* extraction) {
  if (extraction->status.ok()) {
    std::ranges::move(result.files, std::back_inserter(extraction->files));
  }
  AddCounts(result.policy_counts, &extraction->policy_counts);
  extraction->wire_bytes += result.wire_bytes;
}

}  // namespace

UnitBoard::UnitBoard(const std::vector<TablePlan>& tables)
    : units_(CutIntoUnits(tables)), results_(units_.size()), tables_(tables.size()) {
  for (const ScanUnit& unit : units_) ++tables_[unit.table].num_units;
}

std::optional<size_t> UnitBoard::Take() {
  const std::scoped_lock lock(mutex_);
  while (next_ < units_.size()) {
    const size_t index = next_++;
    TableState& table = tables_[units_[index].table];
    if (!table.status.ok()) continue;
    if (!table.begun) table.begun = Clock::now();
    return index;
  }
  return std::nullopt;
}

void UnitBoard::Complete(size_t index, arrow::Result<UnitResult> result) {
  const std::scoped_lock lock(mutex_);
  TableState& table = tables_[units_[index].table];
  table.ended = Clock::now();
  if (result.ok()) {
    LogDebug("read piece " + std::to_string(index + 1) + " of " +
             std::to_string(units_.size()) + ": " + FormatBytes(result->wire_bytes));
    results_[index] = std::move(*result);
    ++table.completed_units;
  } else if (table.status.ok()) {
    table.status = result.status();
  }
}

void UnitBoard::FailIncomplete(const arrow::Status& status) {
  const std::scoped_lock lock(mutex_);
  for (size_t table = 0; table < tables_.size(); ++table) {
    if (!IsComplete(table) && tables_[table].status.ok()) tables_[table].status = status;
  }
}

std::pair<UnitBoard::Stage, milliseconds> UnitBoard::StageOf(size_t table) {
  const std::scoped_lock lock(mutex_);
  const TableState& state = tables_[table];
  if (!state.status.ok()) return {Stage::kFailed, {}};
  if (IsComplete(table)) return {Stage::kRead, {}};
  if (!state.begun) return {Stage::kWaiting, {}};
  return {Stage::kBeingRead, Between(*state.begun, Clock::now())};
}

std::vector<TableExtraction> UnitBoard::Collect() {
  std::vector<TableExtraction> extractions(tables_.size());
  for (size_t table = 0; table < tables_.size(); ++table) {
    const TableState& state = tables_[table];
    extractions[table].status = state.status;
    if (state.begun) extractions[table].duration = Between(*state.begun, state.ended);
  }
  for (size_t i = 0; i < units_.size(); ++i) {
    if (results_[i]) Append(std::move(*results_[i]), &extractions[units_[i].table]);
  }
  return extractions;
}

}  // namespace carmilla
