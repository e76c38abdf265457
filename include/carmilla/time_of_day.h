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

/// PostgreSQL's time: microseconds since midnight; 24:00:00 is a time of its own.
class Time {
 public:
  /// 00:00:00.
  constexpr Time() = default;

  static constexpr Time FromMicros(int64_t since_midnight) {
    return Time(since_midnight);
  }

  /// Throws ValueError outside of 0 to 24 hours.
  static constexpr Time From(std::chrono::microseconds since_midnight) {
    if (since_midnight.count() < 0 || since_midnight.count() > internal::kMicrosOfDay) {
      internal::ThrowValueError(ValueProblem::kOverflow);
    }
    return Time(since_midnight.count());
  }

  /// Reads what ToString writes; kData for anything else.
  static arrow::Result<Time> Parse(std::string_view text);

  constexpr int64_t micros() const { return micros_; }
  constexpr int32_t hour() const { return static_cast<int32_t>(micros_ / 3'600'000'000); }
  constexpr int32_t minute() const {
    return static_cast<int32_t>(micros_ / 60'000'000 % 60);
  }
  constexpr int32_t second() const {
    return static_cast<int32_t>(micros_ / internal::kMicrosOfSecond % 60);
  }
  constexpr std::chrono::microseconds ToChrono() const {
    return std::chrono::microseconds(micros_);
  }

  /// `12:00:00.5`.
  std::string ToString() const;

  constexpr auto operator<=>(const Time&) const = default;

 private:
  constexpr explicit Time(int64_t micros) : micros_(micros) {}

  int64_t micros_ = 0;
};

}  // namespace carmilla

template <>
struct std::hash<carmilla::Time> {
  size_t operator()(carmilla::Time time) const {
    return static_cast<uint64_t>(time.micros()) * 0x9e3779b97f4a7c15U;
  }
};
