#include <cstdlib>
#include <limits>

#include <arrow/api.h>

#include "postgres/plain_value.h"

namespace carmilla {
namespace {

constexpr int64_t kDay = 86'400'000'000;
constexpr int64_t kEndOfZones = 57'600;  // seconds

/// date and timestamp, in `unit` per day.
PlainCell ReadCalendar(const TypeMapping& mapping, const std::string& bytes, int64_t unit,
                       const PlainContext& context) {
  const size_t width = unit == 1 ? 4 : 8;
  if (bytes.size() != width) return Malformed();
  int64_t value = Signed(bytes, 0, width);
  const int64_t largest = unit == 1 ? std::numeric_limits<int32_t>::max()
                                    : std::numeric_limits<int64_t>::max();
  // 5874897-12-31 is the last day of date. timestamp ends with 294276-12-31, some days
  // after the last microsecond since 1970, and those days are treated as infinity is.
  const int64_t last = unit == 1 ? 2'145'031'948 : 9'223'371'331'199'999'999;
  const int64_t last_stored = unit == 1 ? last : largest - 10'957 * unit;
  // 4714-11-24 BC is the first day; 0001 to 9999 are the usual years.
  const int64_t first = -2'451'545 * unit;
  const bool is_too_late = value <= last && value > last_stored;
  if (value == largest || value == -largest - 1 || is_too_late) {
    const ValuePolicy policy = context.policies.on_infinity;
    if (policy != ValuePolicy::kNull && policy != ValuePolicy::kClamp) return Refused();
    ++context.counts->infinity;
    if (policy == ValuePolicy::kNull) return arrow::MakeNullScalar(mapping.arrow_type);
    value = value < 0 ? first : last_stored;
  } else if (value < first || value > last_stored) {
    return Malformed();
  } else if (value < -730'119 * unit || value >= 2'921'940 * unit) {
    ++context.counts->unusual_years;
  }
  const int64_t since_1970 = value + 10'957 * unit;
  if (unit == 1) {
    return std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(since_1970));
  }
  return std::make_shared<arrow::TimestampScalar>(since_1970, mapping.arrow_type);
}

/// Microseconds or, by on_precision, milliseconds.
PlainCell ReadTimestamp(const TypeMapping& mapping, const std::string& bytes,
                        const PlainContext& context) {
  const PolicyCounts before = *context.counts;
  ARROW_ASSIGN_OR_RAISE(auto cell, ReadCalendar(mapping, bytes, kDay, context));
  const auto& type = static_cast<const arrow::TimestampType&>(*mapping.arrow_type);
  if (type.unit() == arrow::TimeUnit::MICRO || !cell->is_valid) return cell;
  const int64_t micros = static_cast<const arrow::TimestampScalar&>(*cell).value;
  int64_t millis = micros / 1000;
  if (micros % 1000 < 0) --millis;
  const bool is_clamped = context.counts->infinity > before.infinity;
  if (micros % 1000 != 0 && !is_clamped) {
    const ValuePolicy policy = context.policies.on_precision;
    if (policy == ValuePolicy::kError) return Refused();
    if (policy == ValuePolicy::kNull) *context.counts = before;
    ++context.counts->precision;
    if (policy == ValuePolicy::kNull) return arrow::MakeNullScalar(mapping.arrow_type);
  }
  return std::make_shared<arrow::TimestampScalar>(millis, mapping.arrow_type);
}

/// `.ffffff` without zeros at the end.
std::string Fraction(int64_t micros) {
  if (micros == 0) return "";
  std::string text = "." + std::to_string(1'000'000 + micros).substr(1);
  text.resize(text.find_last_not_of('0') + 1);
  return text;
}

std::string TwoDigits(int64_t number) { return std::to_string(100 + number).substr(1); }

arrow::Result<std::string> PrintTime(int64_t micros) {
  if (micros < 0 || micros > kDay) return Malformed();
  const int64_t seconds = micros / 1'000'000;
  return TwoDigits(seconds / 3600) + ":" + TwoDigits(seconds / 60 % 60) + ":" +
         TwoDigits(seconds % 60) + Fraction(micros % 1'000'000);
}

PlainCell ReadTimeText(const std::string& bytes) {
  if (bytes.size() != 8) return Malformed();
  ARROW_ASSIGN_OR_RAISE(const std::string text, PrintTime(Signed(bytes, 0, 8)));
  return arrow::MakeScalar(text);
}

PlainCell ReadTimetz(const std::string& bytes) {
  if (bytes.size() != 12) return Malformed();
  const int64_t west = Signed(bytes, 8, 4);
  ARROW_ASSIGN_OR_RAISE(std::string text, PrintTime(Signed(bytes, 0, 8)));
  const int64_t seconds = std::abs(west);
  if (seconds >= kEndOfZones) return Malformed();
  text += (west > 0 ? "-" : "+") + TwoDigits(seconds / 3600);
  if (seconds % 3600 != 0) text += ":" + TwoDigits(seconds / 60 % 60);
  if (seconds % 60 != 0) text += ":" + TwoDigits(seconds % 60);
  return arrow::MakeScalar(text);
}

PlainCell ReadTimeMicros(const TypeMapping& mapping, const std::string& bytes,
                         const PlainContext& context) {
  if (bytes.size() != 8) return Malformed();
  int64_t micros = Signed(bytes, 0, 8);
  if (micros < 0 || micros > kDay) return Malformed();
  if (micros == kDay) {
    const ValuePolicy policy = context.policies.on_out_of_range;
    if (policy == ValuePolicy::kError) return Refused();
    ++context.counts->out_of_range;
    if (policy == ValuePolicy::kNull) return arrow::MakeNullScalar(mapping.arrow_type);
    --micros;
  }
  return std::make_shared<arrow::Time64Scalar>(micros, mapping.arrow_type);
}

PlainInterval PartsOf(const std::string& bytes) {
  return {.months = Signed(bytes, 12, 4),
          .days = Signed(bytes, 8, 4),
          .micros = Signed(bytes, 0, 8)};
}

/// 1 and -1 for infinities, which servers have since 17.
int InfinityOf(const PlainInterval& interval, const PlainContext& context) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  constexpr int64_t kMostMicros = std::numeric_limits<int64_t>::max();
  if (context.server_version < 170000 || interval.months != interval.days) return 0;
  if (interval.days == kMost && interval.micros == kMostMicros) return 1;
  return interval.days == -kMost - 1 && interval.micros == -kMostMicros - 1 ? -1 : 0;
}

PlainCell ReadIntervalText(const std::string& bytes, const PlainContext& context) {
  if (bytes.size() != 16) return Malformed();
  const PlainInterval interval = PartsOf(bytes);
  const int infinity = InfinityOf(interval, context);
  if (infinity != 0) {
    return arrow::MakeScalar(std::string(infinity > 0 ? "infinity" : "-infinity"));
  }
  const auto part = [](int64_t number, const char* unit) {
    return number == 0 ? "" : std::to_string(number) + unit;
  };
  const std::string date = part(interval.months / 12, "Y") +
                           part(interval.months % 12, "M") + part(interval.days, "D");
  std::string time = part(interval.micros / 3'600'000'000, "H") +
                     part(interval.micros / 60'000'000 % 60, "M");
  const int64_t rest = interval.micros % 60'000'000;
  if (rest != 0) {
    time += (rest < 0 ? "-" : "") + std::to_string(std::abs(rest) / 1'000'000) +
            Fraction(std::abs(rest) % 1'000'000) + "S";
  }
  if (date.empty() && time.empty()) time = "0S";
  return arrow::MakeScalar("P" + date + (time.empty() ? "" : "T") + time);
}

}  // namespace

arrow::Result<std::optional<PlainInterval>> ReadPlainInterval(
    const std::string& bytes, const PlainContext& context) {
  if (bytes.size() != 16) return Malformed();
  const PlainInterval interval = PartsOf(bytes);
  if (InfinityOf(interval, context) == 0) return interval;
  if (context.policies.on_infinity != ValuePolicy::kNull) return Refused();
  ++context.counts->infinity;
  return std::nullopt;
}

PlainCell ReadPlainTime(const TypeMapping& mapping, const std::string& bytes,
                        const PlainContext& context) {
  switch (mapping.wire) {
    case WireForm::kDate:
      return ReadCalendar(mapping, bytes, /*unit=*/1, context);
    case WireForm::kTimestamp:
      return ReadTimestamp(mapping, bytes, context);
    case WireForm::kTimeText:
      return ReadTimeText(bytes);
    case WireForm::kTimeMicros:
      return ReadTimeMicros(mapping, bytes, context);
    case WireForm::kTimetzText:
      return ReadTimetz(bytes);
    case WireForm::kIntervalText:
      return ReadIntervalText(bytes, context);
    default:
      return MakeError(ErrorKind::kBug, "no time");
  }
}

}  // namespace carmilla
