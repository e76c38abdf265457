#pragma once

#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include <arrow/result.h>

#include "carmilla/date.h"
#include "carmilla/interval.h"
#include "carmilla/time_of_day.h"

namespace carmilla {

class Timestamp;
class TimestampTz;

namespace internal {

template <typename A, typename B>
concept MixedTimestamps = (std::same_as<A, Timestamp> && std::same_as<B, TimestampTz>) ||
                          (std::same_as<A, TimestampTz> && std::same_as<B, Timestamp>);

template <typename Duration>
inline constexpr bool kIsMonths = std::same_as<Duration, std::chrono::months> ||
                                  std::same_as<Duration, std::chrono::years>;

}  // namespace internal

/// PostgreSQL's timestamp: a day and a time, of no particular time zone; microseconds.
/// Arithmetic that leaves the range of 64 bits throws ValueError.
class Timestamp {
 public:
  /// 1970-01-01 00:00.
  constexpr Timestamp() = default;

  /// Refuses a TimestampTz with a sentence.
  template <std::same_as<TimestampTz> T>
  constexpr Timestamp(T /*other*/) {  // NOLINT(google-explicit-constructor)
    static_assert(internal::kNever<T>,
                  "a Timestamp has no time zone and a TimestampTz has one: use "
                  "carmilla::InZone(value, zone)");
  }

  static constexpr Timestamp FromMicros(int64_t since_1970) {
    return Timestamp(since_1970);
  }

  /// Midnight of a day, or another time of it.
  static constexpr Timestamp From(Date date, Time time = {}) {
    return Timestamp(internal::CheckedSum(
        internal::CheckedProduct(date.days(), internal::kMicrosOfDay), time.micros()));
  }

  /// Reads what ToString writes, also with a T between date and time; kData for anything
  /// else.
  static arrow::Result<Timestamp> Parse(std::string_view text);

  constexpr int64_t micros() const { return micros_; }
  constexpr Date date() const { return Date::FromDays(static_cast<int32_t>(Days())); }
  constexpr Time time() const {
    return Time::FromMicros(micros_ - Days() * internal::kMicrosOfDay);
  }
  constexpr int32_t year() const { return date().year(); }
  constexpr int32_t month() const { return date().month(); }
  constexpr int32_t day() const { return date().day(); }

  constexpr std::chrono::local_time<std::chrono::microseconds> ToChrono() const {
    return std::chrono::local_time<std::chrono::microseconds>(
        std::chrono::microseconds(micros_));
  }

  /// `2024-02-29 12:00:00.5`, `0044-03-15 00:00:00 BC`.
  std::string ToString() const;

  constexpr auto operator<=>(const Timestamp&) const = default;

  /// Months and years keep the day where they can: January 31st and a month are the last
  /// day of February.
  template <typename Rep, typename Period>
  constexpr Timestamp operator+(std::chrono::duration<Rep, Period> duration) const {
    if constexpr (internal::kIsMonths<decltype(duration)>) {
      return PlusMonths(std::chrono::months(duration).count());
    } else {
      return Timestamp(
          internal::CheckedSum(micros_, std::chrono::microseconds(duration).count()));
    }
  }
  template <typename Rep, typename Period>
  constexpr Timestamp operator-(std::chrono::duration<Rep, Period> duration) const {
    return *this + -duration;
  }
  /// First the months, then the days, then the microseconds.
  constexpr Timestamp operator+(const Interval& interval) const {
    return PlusMonths(interval.months) + std::chrono::days(interval.days) +
           std::chrono::microseconds(interval.micros);
  }
  constexpr Timestamp operator-(const Interval& interval) const {
    return *this + -interval;
  }
  constexpr std::chrono::microseconds operator-(Timestamp other) const {
    if (other.micros_ == std::numeric_limits<int64_t>::min()) {
      internal::ThrowValueError(ValueProblem::kOverflow);
    }
    return std::chrono::microseconds(internal::CheckedSum(micros_, -other.micros_));
  }

 private:
  constexpr explicit Timestamp(int64_t micros) : micros_(micros) {}

  constexpr int64_t Days() const {
    return internal::FloorDivide(micros_, internal::kMicrosOfDay);
  }
  constexpr Timestamp PlusMonths(int64_t months) const {
    if (months == 0) return *this;
    return Timestamp(
        internal::CheckedSum(internal::CheckedProduct(internal::AddMonths(Days(), months),
                                                      internal::kMicrosOfDay),
                             time().micros()));
  }

  int64_t micros_ = 0;
};

/// PostgreSQL's timestamptz: a moment; microseconds since 1970-01-01 00:00 UTC. What its
/// day is depends on a time zone, see time_zone.h.
class TimestampTz {
 public:
  /// 1970-01-01 00:00 UTC.
  constexpr TimestampTz() = default;

  /// Refuses a Timestamp with a sentence.
  template <std::same_as<Timestamp> T>
  constexpr TimestampTz(T /*other*/) {  // NOLINT(google-explicit-constructor)
    static_assert(internal::kNever<T>,
                  "a TimestampTz has a time zone and a Timestamp has none: use "
                  "carmilla::FromZone(value, zone)");
  }

  static constexpr TimestampTz FromMicros(int64_t since_1970) {
    return TimestampTz(since_1970);
  }
  static constexpr TimestampTz From(
      std::chrono::sys_time<std::chrono::microseconds> time) {
    return TimestampTz(time.time_since_epoch().count());
  }
  static TimestampTz Now() {
    return From(std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now()));
  }

  /// Reads what ToString writes, with any offset; kData for anything else.
  static arrow::Result<TimestampTz> Parse(std::string_view text);

  constexpr int64_t micros() const { return micros_; }
  /// The day, the time and the clock of UTC.
  constexpr Timestamp InUtc() const { return Timestamp::FromMicros(micros_); }
  static constexpr TimestampTz FromUtc(Timestamp utc) {
    return TimestampTz(utc.micros());
  }
  constexpr std::chrono::sys_time<std::chrono::microseconds> ToChrono() const {
    return std::chrono::sys_time<std::chrono::microseconds>(
        std::chrono::microseconds(micros_));
  }

  /// As PostgreSQL prints it where the zone is UTC: `2024-02-29 12:00:00.5+00`.
  std::string ToString() const;

  constexpr auto operator<=>(const TimestampTz&) const = default;

  /// A day is 24 hours here; months need a time zone.
  template <typename Rep, typename Period>
  constexpr TimestampTz operator+(std::chrono::duration<Rep, Period> duration) const {
    static_assert(!internal::kIsMonths<decltype(duration)>,
                  "what a month later is depends on the time zone: use "
                  "carmilla::Add(value, interval, zone)");
    return FromUtc(InUtc() + duration);
  }
  template <typename Rep, typename Period>
  constexpr TimestampTz operator-(std::chrono::duration<Rep, Period> duration) const {
    return *this + -duration;
  }
  template <std::same_as<Interval> T>
  constexpr TimestampTz operator+(const T& /*interval*/) const {
    static_assert(internal::kNever<T>,
                  "what a day or a month later is depends on the time zone: use "
                  "carmilla::Add(value, interval, zone)");
    return *this;
  }
  constexpr std::chrono::microseconds operator-(TimestampTz other) const {
    return InUtc() - other.InUtc();
  }

 private:
  constexpr explicit TimestampTz(int64_t micros) : micros_(micros) {}

  int64_t micros_ = 0;
};

/// As PostgreSQL, which makes a timestamp of a date and an interval.
constexpr Timestamp operator+(Date date, const Interval& interval) {
  return Timestamp::From(date) + interval;
}
constexpr Timestamp operator-(Date date, const Interval& interval) {
  return Timestamp::From(date) - interval;
}

/// Refuses to compare or subtract what has a time zone and what has none.
template <typename A, typename B>
  requires internal::MixedTimestamps<A, B>
constexpr std::strong_ordering operator<=>(A /*a*/, B /*b*/) {
  static_assert(internal::kNever<A>,
                "a Timestamp and a TimestampTz cannot be compared: convert one with "
                "carmilla::InZone(value, zone) or carmilla::FromZone(value, zone)");
  return std::strong_ordering::equal;
}
template <typename A, typename B>
  requires internal::MixedTimestamps<A, B>
constexpr bool operator==(A a, B b) {
  return (a <=> b) == 0;
}
template <typename A, typename B>
  requires internal::MixedTimestamps<A, B>
constexpr std::chrono::microseconds operator-(A /*a*/, B /*b*/) {
  static_assert(internal::kNever<A>,
                "a Timestamp and a TimestampTz have no difference: convert one with "
                "carmilla::InZone(value, zone) or carmilla::FromZone(value, zone)");
  return {};
}

}  // namespace carmilla

template <>
struct std::hash<carmilla::Timestamp> {
  size_t operator()(carmilla::Timestamp timestamp) const {
    return static_cast<uint64_t>(timestamp.micros()) * 0x9e3779b97f4a7c15U;
  }
};
template <>
struct std::hash<carmilla::TimestampTz> {
  size_t operator()(carmilla::TimestampTz timestamp) const {
    return static_cast<uint64_t>(timestamp.micros()) * 0x9e3779b97f4a7c15U;
  }
};
