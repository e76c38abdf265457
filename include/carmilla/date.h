#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "carmilla/calendar.h"

namespace carmilla {

/// PostgreSQL's date: a day of the Gregorian calendar. Arithmetic that leaves the range
/// of 32 bits throws ValueError.
class Date {
 public:
  /// 1970-01-01.
  constexpr Date() = default;

  static constexpr Date FromDays(int32_t days_since_1970) {
    return Date(days_since_1970);
  }

  /// Throws ValueError if there is no such date.
  static constexpr Date From(std::chrono::year_month_day date) {
    if (!date.ok()) internal::ThrowValueError(ValueProblem::kNoSuchDate);
    return From(std::chrono::sys_days(date));
  }
  static constexpr Date From(std::chrono::sys_days date) {
    return Date(static_cast<int32_t>(date.time_since_epoch().count()));
  }

  /// Reads what ToString writes; kData for anything else.
  static arrow::Result<Date> Parse(std::string_view text);

  constexpr int32_t days() const { return days_; }

  /// The year 0 is 1 BC, as in ISO 8601.
  constexpr int32_t year() const { return static_cast<int32_t>(Civil().year); }
  constexpr int32_t month() const { return Civil().month; }
  constexpr int32_t day() const { return Civil().day; }
  constexpr int32_t quarter() const { return (month() + 2) / 3; }
  constexpr int32_t day_of_year() const {
    return static_cast<int32_t>(days_ - internal::DaysOf({.year = Civil().year})) + 1;
  }
  /// 1 for Monday to 7 for Sunday.
  constexpr int32_t iso_day_of_week() const { return internal::IsoDayOfWeek(days_); }
  /// The year that the week belongs to, which is that of its Thursday.
  constexpr int32_t iso_year() const { return Thursday().year(); }
  /// 1 to 53.
  constexpr int32_t iso_week() const { return (Thursday().day_of_year() - 1) / 7 + 1; }

  constexpr std::chrono::sys_days ToChrono() const {
    return std::chrono::sys_days(std::chrono::days(days_));
  }

  /// `2024-02-29`, `0044-03-15 BC`.
  std::string ToString() const;

  constexpr auto operator<=>(const Date&) const = default;

  /// Weeks are days, too.
  constexpr Date operator+(std::chrono::days days) const {
    return Date(internal::CheckedInt32(internal::CheckedSum(days_, days.count())));
  }
  constexpr Date operator-(std::chrono::days days) const {
    return Date(
        internal::CheckedInt32(internal::CheckedSum(days_, -int64_t{days.count()})));
  }
  /// The 31st becomes the last day of a shorter month. Years are months, too.
  constexpr Date operator+(std::chrono::months months) const {
    return Date(internal::CheckedInt32(internal::AddMonths(days_, months.count())));
  }
  constexpr Date operator-(std::chrono::months months) const {
    return Date(
        internal::CheckedInt32(internal::AddMonths(days_, -int64_t{months.count()})));
  }
  constexpr std::chrono::days operator-(Date other) const {
    return std::chrono::days(internal::CheckedInt32(int64_t{days_} - other.days_));
  }

 private:
  constexpr explicit Date(int32_t days) : days_(days) {}

  constexpr internal::CivilDate Civil() const { return internal::CivilOf(days_); }
  constexpr Date Thursday() const { return Date(days_ + 4 - iso_day_of_week()); }

  int32_t days_ = 0;
};

}  // namespace carmilla

template <>
struct std::hash<carmilla::Date> {
  size_t operator()(carmilla::Date date) const {
    return static_cast<uint64_t>(date.days()) * 0x9e3779b97f4a7c15U;
  }
};
