#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "carmilla/value_error.h"

/// What dates and timestamps share: the proleptic Gregorian calendar as PostgreSQL counts
/// it, whose years go further than std::chrono's.
namespace carmilla::internal {

inline constexpr int64_t kMicrosOfSecond = 1'000'000;
inline constexpr int64_t kMicrosOfDay = 86400 * kMicrosOfSecond;

/// Rounds down, also below zero.
constexpr int64_t FloorDivide(int64_t dividend, int64_t divisor) {
  return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

constexpr int64_t CheckedSum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) ThrowValueError(ValueProblem::kOverflow);
  return sum;
}

constexpr int64_t CheckedProduct(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) ThrowValueError(ValueProblem::kOverflow);
  return product;
}

constexpr int32_t CheckedInt32(int64_t value) {
  if (value != static_cast<int32_t>(value)) ThrowValueError(ValueProblem::kOverflow);
  return static_cast<int32_t>(value);
}

/// A day of the calendar; the year 0 is 1 BC.
struct CivilDate {
  int64_t year = 1970;
  int32_t month = 1;
  int32_t day = 1;
};

inline constexpr int64_t kYearsOfCycle = 400;
inline constexpr int64_t kDaysOfCycle = 146097;

/// Days since 1970-01-01, by std::chrono within one cycle of the calendar.
constexpr int64_t DaysOf(const CivilDate& date) {
  const int64_t cycles = FloorDivide(date.year, kYearsOfCycle);
  const std::chrono::sys_days within =
      std::chrono::year(static_cast<int>(date.year - cycles * kYearsOfCycle)) /
      std::chrono::month(static_cast<unsigned>(date.month)) /
      std::chrono::day(static_cast<unsigned>(date.day));
  return within.time_since_epoch().count() + cycles * kDaysOfCycle;
}

constexpr CivilDate CivilOf(int64_t days) {
  const int64_t cycles = FloorDivide(days, kDaysOfCycle);
  const std::chrono::year_month_day within = std::chrono::sys_days(
      std::chrono::days(static_cast<int>(days - cycles * kDaysOfCycle)));
  return {.year = int{within.year()} + cycles * kYearsOfCycle,
          .month = static_cast<int32_t>(unsigned{within.month()}),
          .day = static_cast<int32_t>(unsigned{within.day()})};
}

/// The last day that the month of a date has.
constexpr int32_t LastDayOf(const CivilDate& date) {
  CivilDate next = {.year = date.year, .month = date.month, .day = 1};
  const int64_t first = DaysOf(next);
  if (++next.month > 12) next = {.year = next.year + 1};
  return static_cast<int32_t>(DaysOf(next) - first);
}

/// Adds months; the 31st becomes the last day of a shorter month.
constexpr int64_t AddMonths(int64_t days, int64_t months) {
  CivilDate date = CivilOf(days);
  const int64_t month = date.year * 12 + (date.month - 1) + months;
  date.year = FloorDivide(month, 12);
  date.month = static_cast<int32_t>(month - date.year * 12) + 1;
  const int32_t day = date.day;
  date.day = 1;
  const int32_t last = LastDayOf(date);
  date.day = day < last ? day : last;
  return DaysOf(date);
}

/// 1 for Monday to 7 for Sunday.
constexpr int32_t IsoDayOfWeek(int64_t days) {
  const int64_t since_monday = days + 3;
  return static_cast<int32_t>(since_monday - FloorDivide(since_monday, 7) * 7) + 1;
}

}  // namespace carmilla::internal
