#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "carmilla/calendar.h"
#include "carmilla/wide_integer.h"

namespace carmilla {

/// PostgreSQL's interval: months, days and microseconds, none of which becomes another by
/// itself, as months and days (across changes of clocks) differ in length. Arithmetic
/// that leaves the range throws ValueError.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;

  /// Reads what ToString writes, with weeks (`P2W`), too; kData for anything else.
  static arrow::Result<Interval> Parse(std::string_view text);

  /// As PostgreSQL prints it with `intervalstyle = iso_8601`, which is what the lake has:
  /// `P1Y2M3DT4H5M6.5S`.
  std::string ToString() const;

  constexpr Interval operator+(const Interval& other) const {
    return {.months = internal::CheckedInt32(int64_t{months} + other.months),
            .days = internal::CheckedInt32(int64_t{days} + other.days),
            .micros = internal::CheckedSum(micros, other.micros)};
  }
  constexpr Interval operator-() const { return *this * -1; }
  constexpr Interval operator-(const Interval& other) const { return *this + -other; }
  constexpr Interval operator*(int32_t factor) const {
    return {.months = internal::CheckedInt32(int64_t{months} * factor),
            .days = internal::CheckedInt32(int64_t{days} * factor),
            .micros = internal::CheckedProduct(micros, factor)};
  }

  /// PostgreSQL's order and equality: a month counts as 30 days, a day as 24 hours.
  constexpr std::weak_ordering operator<=>(const Interval& other) const {
    return ComparedMicros() <=> other.ComparedMicros();
  }
  constexpr bool operator==(const Interval& other) const {
    return ComparedMicros() == other.ComparedMicros();
  }

  constexpr Int128 ComparedMicros() const {
    return (Int128{months} * 30 + days) * internal::kMicrosOfDay + micros;
  }
};

}  // namespace carmilla

template <>
struct std::hash<carmilla::Interval> {
  size_t operator()(const carmilla::Interval& interval) const {
    const auto bits = static_cast<carmilla::internal::UInt128>(interval.ComparedMicros());
    return (static_cast<uint64_t>(bits) ^ static_cast<uint64_t>(bits >> 64)) *
           0x9e3779b97f4a7c15U;
  }
};
