#pragma once

#include <cstdint>
#include <limits>

#include "postgres/fixed_column.h"

namespace carmilla {

/// What date and timestamp have in common: infinities with a policy, and a range.
template <typename Integer>
struct CalendarCodec {
  using Value = Integer;
  DecoderContext context;

  static constexpr bool kIsDate = sizeof(Integer) == sizeof(int32_t);
  static constexpr Integer kInfinity = std::numeric_limits<Integer>::max();
  static constexpr Integer kMinusInfinity = std::numeric_limits<Integer>::min();
  static constexpr Integer kUnit = kIsDate ? 1 : static_cast<Integer>(kMicrosPerDay);
  static constexpr Integer kEpoch =
      kIsDate ? kUnixToPostgresDays : static_cast<Integer>(kUnixToPostgresMicros);
  static constexpr Integer kFirst = kFirstDate * kUnit;
  /// PostgreSQL's last value, and the last one that Arrow can hold.
  static constexpr Integer kLast =
      kIsDate ? kLastDate : static_cast<Integer>(kEndOfTimestamps - 1);
  static constexpr Integer kLastStored =
      kIsDate ? kLastDate
              : static_cast<Integer>(kTimestampInfinity - kUnixToPostgresMicros);
  static constexpr Integer kFirstUsual = kFirstUsualDate * kUnit;
  static constexpr Integer kLastUsual = kEndOfUsualDates * kUnit - 1;

  static Integer Load(const char* value) {
    if constexpr (kIsDate) {
      return LoadInt32(value);
    } else {
      return LoadInt64(value);
    }
  }

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (size != sizeof(Integer)) [[unlikely]]
      return false;
    const Integer since_2000 = Load(value);
    if (since_2000 < kFirstUsual || since_2000 > kLastUsual) [[unlikely]]
      return false;
    *result = since_2000 + kEpoch;
    return true;
  }

  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (DecodeUsual(value, size, result)) return Verdict::kValue;
    if (size != sizeof(Integer)) return Verdict::kRefused;
    const Integer since_2000 = Load(value);
    const bool is_minus_infinity = since_2000 == kMinusInfinity;
    if (is_minus_infinity || since_2000 == kInfinity ||
        (since_2000 > kLastStored && since_2000 <= kLast)) {
      return DecodeInfinity(is_minus_infinity, result);
    }
    if (since_2000 < kFirst || since_2000 > kLastStored) return Verdict::kRefused;
    ++context.counts->unusual_years;
    *result = since_2000 + kEpoch;
    return Verdict::kValue;
  }

  Verdict DecodeInfinity(bool is_minus_infinity, Value* result) const {
    switch (context.policies.on_infinity) {
      case ValuePolicy::kNull:
        ++context.counts->infinity;
        return Verdict::kNull;
      case ValuePolicy::kClamp:
        ++context.counts->infinity;
        *result = (is_minus_infinity ? kFirst : kLastStored) + kEpoch;
        return Verdict::kValue;
      default:
        return Verdict::kRefused;
    }
  }

  arrow::Status Explain(const char* value, int32_t size) const {
    if (size != sizeof(Integer)) return WrongWidth(context, size, sizeof(Integer));
    const Integer since_2000 = Load(value);
    if (since_2000 == kInfinity || since_2000 == kMinusInfinity) {
      return RefusedByPolicy(context, "infinity or -infinity", "on_infinity", "clamp");
    }
    if (since_2000 > kLastStored && since_2000 <= kLast) {
      return RefusedByPolicy(
          context,
          "a timestamp after 294247-01-10 04:00:54.775807, the last one in a file",
          "on_infinity", "clamp");
    }
    return MalformedValue(context, "a date or timestamp lies outside PostgreSQL's range");
  }
};

/// Timestamps in milliseconds; what is finer goes by on_precision. A clamped infinity is
/// the millisecond of the one in microseconds.
struct MilliCodec {
  using Value = int64_t;
  CalendarCodec<int64_t> micros;

  static constexpr int64_t kMicrosPerMilli = 1000;

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (!CalendarCodec<int64_t>::DecodeUsual(value, size, result)) return false;
    const int64_t decoded = *result;
    *result = decoded / kMicrosPerMilli;
    return *result * kMicrosPerMilli == decoded;
  }
  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (IsFiner(value, size)) {
      const ValuePolicy policy = micros.context.policies.on_precision;
      if (policy == ValuePolicy::kError) return Verdict::kRefused;
      ++micros.context.counts->precision;
      if (policy == ValuePolicy::kNull) return Verdict::kNull;
    }
    const Verdict verdict = micros.Decode(value, size, result);
    if (verdict != Verdict::kValue) return verdict;
    const int64_t rest = *result % kMicrosPerMilli;
    *result = *result / kMicrosPerMilli - (rest < 0 ? 1 : 0);
    return verdict;
  }
  /// Whether it is a time between two milliseconds. Infinity is none, although the last
  /// microsecond, to which it is clamped, stands between two.
  static bool IsFiner(const char* value, int32_t size) {
    using Micros = CalendarCodec<int64_t>;
    if (size != sizeof(Value)) return false;
    const int64_t since_2000 = Micros::Load(value);
    return since_2000 >= Micros::kFirst && since_2000 <= Micros::kLastStored &&
           since_2000 % kMicrosPerMilli != 0;
  }
  arrow::Status Explain(const char* value, int32_t size) const {
    if (!IsFiner(value, size)) return micros.Explain(value, size);
    return RefusedByPolicy(micros.context, "a timestamp finer than its milliseconds",
                           "on_precision", "floor");
  }
};

/// A time of day, which ends before 24:00.
struct TimeCodec {
  using Value = int64_t;
  DecoderContext context;

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (size != sizeof(Value)) [[unlikely]]
      return false;
    *result = LoadInt64(value);
    return *result >= 0 && *result < kMicrosPerDay;
  }
  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (DecodeUsual(value, size, result)) return Verdict::kValue;
    const bool is_midnight = size == sizeof(Value) && *result == kMicrosPerDay;
    return is_midnight ? DecodeMidnight(result) : Verdict::kRefused;
  }

  Verdict DecodeMidnight(Value* result) const {
    if (context.policies.on_out_of_range == ValuePolicy::kError) return Verdict::kRefused;
    ++context.counts->out_of_range;
    *result = kMicrosPerDay - 1;
    return context.policies.on_out_of_range == ValuePolicy::kClamp ? Verdict::kValue
                                                                   : Verdict::kNull;
  }

  arrow::Status Explain(const char* value, int32_t size) const {
    if (size != sizeof(Value)) return WrongWidth(context, size, sizeof(Value));
    if (LoadInt64(value) == kMicrosPerDay) {
      return RefusedByPolicy(context, "24:00:00, which no time64 can be",
                             "on_out_of_range", "clamp");
    }
    return MalformedValue(context, "a time lies outside of 00:00 to 24:00");
  }
};

}  // namespace carmilla
