#pragma once

#include <cstdint>

#include "carmilla/date.h"
#include "carmilla/time_zone.h"
#include "carmilla/timestamp.h"

namespace carmilla {

enum class TimeUnit : uint8_t {
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,  ///< From Monday, as ISO 8601.
  kMonth,
  kQuarter,
  kYear,
};

/// Where the unit that a value is in begins: PostgreSQL's date_trunc.
constexpr Date Truncate(Date date, TimeUnit unit) {
  using std::chrono::days;
  using std::chrono::months;
  const Date first = date - days(date.day() - 1);
  switch (unit) {
    case TimeUnit::kWeek:
      return date - days(date.iso_day_of_week() - 1);
    case TimeUnit::kMonth:
      return first;
    case TimeUnit::kQuarter:
      return first - months((date.month() - 1) % 3);
    case TimeUnit::kYear:
      return first - months(date.month() - 1);
    default:
      return date;
  }
}

constexpr Timestamp Truncate(Timestamp timestamp, TimeUnit unit) {
  const auto cut = [timestamp](int64_t seconds) {
    const int64_t micros = seconds * internal::kMicrosOfSecond;
    return Timestamp::FromMicros(internal::CheckedProduct(
        internal::FloorDivide(timestamp.micros(), micros), micros));
  };
  switch (unit) {
    case TimeUnit::kSecond:
      return cut(1);
    case TimeUnit::kMinute:
      return cut(60);
    case TimeUnit::kHour:
      return cut(3600);
    default:
      return Timestamp::From(Truncate(timestamp.date(), unit));
  }
}

/// In a zone: the moment at which its day, its month... began.
inline TimestampTz Truncate(TimestampTz moment, TimeUnit unit, const TimeZone& zone) {
  const Timestamp shown = InZone(moment, zone);
  const Timestamp begin = Truncate(shown, unit);
  // Within an hour that clocks show twice, the moment tells which one is meant.
  return unit <= TimeUnit::kHour ? moment - (shown - begin) : FromZone(begin, zone);
}

}  // namespace carmilla
