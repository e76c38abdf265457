#include "postgres/temporal_text.h"

#include <charconv>
#include <cstdlib>
#include <limits>

#include "postgres/copy_format.h"

namespace carmilla {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int32_t kMonthsPerYear = 12;
constexpr int32_t kFirstServerWithInfiniteIntervals = 170000;
constexpr int32_t kLongestInteger = 20;

char* WriteTwoDigits(int64_t value, char* out) {
  *out++ = static_cast<char>('0' + value / 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

/// Writes `.ffffff` without trailing zeros, nothing for zero. `micros` is below a second.
char* WriteFraction(int64_t micros, char* out) {
  if (micros == 0) return out;
  *out++ = '.';
  for (int64_t unit = kMicrosPerSecond / 10; micros != 0; unit /= 10) {
    *out++ = static_cast<char>('0' + micros / unit);
    micros %= unit;
  }
  return out;
}

char* WriteInteger(int64_t value, char* out) {
  return std::to_chars(out, out + kLongestInteger, value).ptr;
}

/// Writes a part such as `-3D`; nothing for zero.
char* WritePart(int64_t value, char unit, char* out) {
  if (value == 0) return out;
  out = WriteInteger(value, out);
  *out++ = unit;
  return out;
}

}  // namespace

int32_t WriteTime(int64_t micros, char* out) {
  char* end = WriteTwoDigits(micros / kMicrosPerHour, out);
  *end++ = ':';
  end = WriteTwoDigits(micros / kMicrosPerMinute % 60, end);
  *end++ = ':';
  end = WriteTwoDigits(micros / kMicrosPerSecond % 60, end);
  end = WriteFraction(micros % kMicrosPerSecond, end);
  return static_cast<int32_t>(end - out);
}

int32_t WriteOffset(int32_t seconds_west, char* out) {
  constexpr int32_t kMinute = 60;
  constexpr int32_t kHour = 60 * kMinute;
  char* end = out;
  *end++ = seconds_west <= 0 ? '+' : '-';
  const int32_t seconds = std::abs(seconds_west);
  end = WriteTwoDigits(seconds / kHour, end);
  if (seconds % kHour != 0) {
    *end++ = ':';
    end = WriteTwoDigits(seconds / kMinute % 60, end);
  }
  if (seconds % kMinute != 0) {
    *end++ = ':';
    end = WriteTwoDigits(seconds % kMinute, end);
  }
  return static_cast<int32_t>(end - out);
}

IntervalParts LoadInterval(const char* value) {
  return {.micros = LoadInt64(value),
          .days = LoadInt32(value + 8),
          .months = LoadInt32(value + 12)};
}

std::string_view InfinityText(const IntervalParts& interval, int32_t server_version) {
  using Micros = std::numeric_limits<int64_t>;
  using Days = std::numeric_limits<int32_t>;
  if (server_version < kFirstServerWithInfiniteIntervals) return "";
  if (interval.micros == Micros::max() && interval.days == Days::max() &&
      interval.months == Days::max()) {
    return "infinity";
  }
  if (interval.micros == Micros::min() && interval.days == Days::min() &&
      interval.months == Days::min()) {
    return "-infinity";
  }
  return "";
}

int32_t WriteInterval(const IntervalParts& interval, char* out) {
  char* end = out;
  *end++ = 'P';
  end = WritePart(interval.months / kMonthsPerYear, 'Y', end);
  end = WritePart(interval.months % kMonthsPerYear, 'M', end);
  end = WritePart(interval.days, 'D', end);
  const bool is_zero = end == out + 1 && interval.micros == 0;
  if (interval.micros != 0 || is_zero) *end++ = 'T';
  end = WritePart(interval.micros / kMicrosPerHour, 'H', end);
  end = WritePart(interval.micros / kMicrosPerMinute % 60, 'M', end);
  // Seconds and their fraction have one sign in common, which `-0.5` needs although -0 is
  // 0.
  const int64_t seconds = interval.micros % kMicrosPerMinute;
  if (seconds != 0 || is_zero) {
    if (seconds < 0) *end++ = '-';
    const int64_t magnitude = seconds < 0 ? -seconds : seconds;
    end = WriteInteger(magnitude / kMicrosPerSecond, end);
    end = WriteFraction(magnitude % kMicrosPerSecond, end);
    *end++ = 'S';
  }
  return static_cast<int32_t>(end - out);
}

}  // namespace carmilla
