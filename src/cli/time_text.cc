#include "cli/time_text.h"

#include <arrow/type.h>

#include <limits>
#include <string_view>

namespace carmilla {
namespace {

constexpr int64_t kSecondsOfDay = 86'400;

/// Units in a second, and the digits they take behind the point.
struct Fraction {
  int64_t per_second;
  int num_digits;
};

Fraction FractionOf(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return {1, 0};
    case arrow::TimeUnit::MILLI:
      return {1'000, 3};
    case arrow::TimeUnit::MICRO:
      return {1'000'000, 6};
    case arrow::TimeUnit::NANO:
      return {1'000'000'000, 9};
  }
  return {1, 0};
}

void AppendPadded(int64_t number, size_t num_digits, std::string* out) {
  const std::string digits = std::to_string(number);
  if (digits.size() < num_digits) out->append(num_digits - digits.size(), '0');
  *out += digits;
}

/// Divides towards minus infinity.
int64_t FloorDivide(int64_t dividend, int64_t divisor) {
  return dividend / divisor - (dividend % divisor < 0 ? 1 : 0);
}

struct CivilDate {
  int64_t year;
  int64_t month;
  int64_t day;
};

/// The proleptic Gregorian date of a day counted from 1970-01-01. std::chrono knows years
/// up to 32767 only, a 32-bit day reaches year 5,881,580. Years begin in March here, so
/// that the leap day is the last; an era is 400 years, 146,097 days.
CivilDate CivilDateOf(int64_t days) {
  const int64_t shifted = days + 719'468;
  const int64_t era = FloorDivide(shifted, 146'097);
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) /
      365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march + (month_from_march < 10 ? 3 : -9);
  return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

/// Appends the date without its era and returns " BC" or "".
std::string_view AppendDateOfEra(int64_t days, std::string* out) {
  const CivilDate date = CivilDateOf(days);
  AppendPadded(date.year > 0 ? date.year : 1 - date.year, 4, out);
  *out += '-';
  AppendPadded(date.month, 2, out);
  *out += '-';
  AppendPadded(date.day, 2, out);
  return date.year > 0 ? "" : " BC";
}

template <typename Integer>
bool AppendInfinity(int64_t number, std::string* out) {
  constexpr int64_t kLargest = std::numeric_limits<Integer>::max();
  if (number == kLargest) {
    *out += "infinity";
    return true;
  }
  // DuckDB takes the negative of the largest, PostgreSQL the smallest.
  if (number == -kLargest || number == std::numeric_limits<Integer>::min()) {
    *out += "-infinity";
    return true;
  }
  return false;
}

}  // namespace

void AppendDate(int64_t days, std::string* out) {
  if (!AppendInfinity<int32_t>(days, out)) *out += AppendDateOfEra(days, out);
}

void AppendTimeOfDay(int64_t time, arrow::TimeUnit::type unit, std::string* out) {
  const Fraction fraction = FractionOf(unit);
  const int64_t seconds = time / fraction.per_second;
  AppendPadded(seconds / 3'600, 2, out);
  *out += ':';
  AppendPadded(seconds / 60 % 60, 2, out);
  *out += ':';
  AppendPadded(seconds % 60, 2, out);
  const int64_t remainder = time % fraction.per_second;
  if (remainder == 0) return;
  *out += '.';
  AppendPadded(remainder, static_cast<size_t>(fraction.num_digits), out);
  out->erase(out->find_last_not_of('0') + 1);
}

void AppendTimestamp(int64_t time, arrow::TimeUnit::type unit, bool has_zone,
                     std::string* out) {
  if (AppendInfinity<int64_t>(time, out)) return;
  const int64_t units_of_day = FractionOf(unit).per_second * kSecondsOfDay;
  const int64_t days = FloorDivide(time, units_of_day);
  const std::string_view era = AppendDateOfEra(days, out);
  *out += ' ';
  AppendTimeOfDay(time - days * units_of_day, unit, out);
  if (has_zone) *out += "+00";
  *out += era;
}

}  // namespace carmilla
