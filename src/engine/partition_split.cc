#include "engine/partition_split.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>
#include <arrow/record_batch.h>

#include "core/error.h"

namespace carmilla {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int64_t kMillisPerDay = 86'400'000;
/// The Gregorian calendar repeats itself after that.
constexpr int64_t kDaysPerCycle = 146'097;
constexpr int64_t kYearsPerCycle = 400;

int64_t FloorDivide(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

int64_t DayAt(const arrow::Array& array, int64_t row) {
  if (array.type_id() == arrow::Type::DATE32) {
    return static_cast<const arrow::Date32Array&>(array).Value(row);
  }
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  return FloorDivide(
      static_cast<const arrow::TimestampArray&>(array).Value(row),
      type.unit() == arrow::TimeUnit::MILLI ? kMillisPerDay : kMicrosPerDay);
}

struct CalendarDay {
  int64_t year;
  unsigned month;
  unsigned day;
};

/// PostgreSQL knows years far beyond the 32767 that std::chrono::year holds.
CalendarDay CalendarDayOf(int64_t day) {
  const int64_t cycle = FloorDivide(day, kDaysPerCycle);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{day - cycle * kDaysPerCycle}}};
  return {.year = static_cast<int>(date.year()) + cycle * kYearsPerCycle,
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day())};
}

std::string RenderDay(int64_t day) {
  const CalendarDay date = CalendarDayOf(day);
  char text[48];
  std::snprintf(text, sizeof text, "%s%04lld-%02u-%02u", date.year < 0 ? "-" : "",
                static_cast<long long>(std::abs(date.year)), date.month, date.day);
  return text;
}

}  // namespace

int64_t WindowStart(int64_t day, PartitionUnit unit) {
  switch (unit) {
    case PartitionUnit::kDay:
      return day;
    case PartitionUnit::kWeek:
      // 1970-01-01 was a Thursday; 1969-12-29 the Monday before.
      return FloorDivide(day + 3, 7) * 7 - 3;
    case PartitionUnit::kMonth:
      return day - (CalendarDayOf(day).day - 1);
  }
  return day;
}

PartitionSplit::PartitionSplit(const TablePlan& plan) : by_(plan.partition_by) {
  if (!by_) return;
  const auto found = std::ranges::find_if(plan.columns, [this](const ColumnPlan& column) {
    return column.description.name == by_->column;
  });
  column_ = static_cast<int>(found - plan.columns.begin());
}

arrow::Result<std::vector<PartitionSplit::Part>> PartitionSplit::Split(
    const std::shared_ptr<arrow::RecordBatch>& batch) const {
  if (!by_) return std::vector<Part>{{"", batch}};
  const arrow::Array& values = *batch->column(column_);
  std::map<std::string, std::vector<int64_t>> rows_of;
  std::optional<int64_t> last_window;
  std::vector<int64_t>* last_rows = nullptr;
  for (int64_t row = 0; row < values.length(); ++row) {
    if (values.IsNull(row)) {
      rows_of[kNullPartition].push_back(row);
      continue;
    }
    const int64_t window = WindowStart(DayAt(values, row), by_->every);
    if (window != last_window) {
      last_rows = &rows_of[RenderDay(window)];
      last_window = window;
    }
    last_rows->push_back(row);
  }
  std::vector<Part> parts;
  for (const auto& [value, rows] : rows_of) {
    // Neighbouring rows of one window are the common case: no copy.
    if (rows.back() - rows.front() + 1 == static_cast<int64_t>(rows.size())) {
      parts.push_back(
          {value, batch->Slice(rows.front(), static_cast<int64_t>(rows.size()))});
      continue;
    }
    arrow::Int64Builder indices;
    ARROW_RETURN_NOT_OK(indices.AppendValues(rows));
    ARROW_ASSIGN_OR_RAISE(auto taken, indices.Finish());
    ARROW_ASSIGN_OR_RAISE(
        auto picked,
        arrow::compute::Take(batch, taken, arrow::compute::TakeOptions::NoBoundsCheck()));
    parts.push_back({value, picked.record_batch()});
  }
  return parts;
}

}  // namespace carmilla
