// Dates and times as PostgreSQL writes them with `datestyle = ISO`.

#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "carmilla/calendar.h"
#include "carmilla/date.h"
#include "carmilla/time_of_day.h"
#include "carmilla/timestamp.h"
#include "core/error.h"
#include "tasks/text_scanner.h"

namespace carmilla {
namespace {

using internal::CivilDate;
using internal::kMicrosOfDay;
using internal::kMicrosOfSecond;

std::string DayText(const CivilDate& date) {
  const int64_t year = date.year > 0 ? date.year : 1 - date.year;
  std::array<char, 48> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), "%04lld-%02d-%02d",
                                 static_cast<long long>(year), date.month, date.day);
  return {buffer.data(), static_cast<size_t>(size)};
}

std::string_view EraOf(const CivilDate& date) { return date.year > 0 ? "" : " BC"; }

std::string ClockText(int64_t micros) {
  const int64_t seconds = micros / kMicrosOfSecond;
  std::array<char, 48> buffer;
  const int size = std::snprintf(
      buffer.data(), buffer.size(), "%02d:%02d:%02d.%06d",
      static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
      static_cast<int>(seconds % 60), static_cast<int>(micros % kMicrosOfSecond));
  std::string text(buffer.data(), static_cast<size_t>(size));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string MomentText(int64_t micros, std::string_view zone) {
  const int64_t days = internal::FloorDivide(micros, kMicrosOfDay);
  const CivilDate date = internal::CivilOf(days);
  return DayText(date)
      .append(" ")
      .append(ClockText(micros - days * kMicrosOfDay))
      .append(zone)
      .append(EraOf(date));
}

/// Takes `2024-02-29`, of which the era at the end of the text is not yet known.
std::optional<CivilDate> TakeDay(TextScanner& text) {
  const auto year = text.TakeNumber(4, 7);
  if (!year.has_value() || !text.Take("-")) return std::nullopt;
  const auto month = text.TakeNumber(2, 2);
  if (!month.has_value() || !text.Take("-")) return std::nullopt;
  const auto day = text.TakeNumber(2, 2);
  if (!day.has_value() || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  return CivilDate{.year = *year,
                   .month = static_cast<int32_t>(*month),
                   .day = static_cast<int32_t>(*day)};
}

/// Takes what must be the end, and counts the days.
std::optional<int64_t> EndDay(TextScanner& text, CivilDate date) {
  if (date.year == 0) return std::nullopt;
  if (text.Take(" BC")) date.year = 1 - date.year;
  if (!text.IsAtEnd() || date.day > internal::LastDayOf(date)) return std::nullopt;
  return internal::DaysOf(date);
}

/// Takes `12:00:00.5`, up to 24:00:00.
std::optional<int64_t> TakeClock(TextScanner& text) {
  const auto hour = text.TakeNumber(2, 2);
  if (!hour.has_value() || !text.Take(":")) return std::nullopt;
  const auto minute = text.TakeNumber(2, 2);
  if (!minute.has_value() || !text.Take(":")) return std::nullopt;
  const auto second = text.TakeNumber(2, 2);
  const auto millionths = text.TakeMillionths();
  if (!second.has_value() || !millionths.has_value()) return std::nullopt;
  if (*minute > 59 || *second > 59) return std::nullopt;
  const int64_t micros =
      ((*hour * 60 + *minute) * 60 + *second) * kMicrosOfSecond + *millionths;
  return micros <= kMicrosOfDay ? std::optional(micros) : std::nullopt;
}

/// Takes `+05:30`, `-00:30:15` or `Z` as seconds ahead of UTC.
std::optional<int64_t> TakeOffset(TextScanner& text) {
  if (text.Take("Z")) return 0;
  const bool is_behind = text.Take("-");
  if (!is_behind && !text.Take("+")) return std::nullopt;
  std::optional<int64_t> part = text.TakeNumber(2, 2);
  if (!part.has_value()) return std::nullopt;
  int64_t seconds = *part * 3600;
  for (const int64_t factor : {60, 1}) {
    if (!text.Take(":")) break;
    part = text.TakeNumber(2, 2);
    if (!part.has_value() || *part > 59) return std::nullopt;
    seconds += *part * factor;
  }
  return is_behind ? -seconds : seconds;
}

/// Microseconds since 1970 by what the text says; `with_offset`: in UTC.
std::optional<int64_t> ReadMoment(std::string_view read, bool with_offset) {
  TextScanner text{read};
  const auto date = TakeDay(text);
  if (!date.has_value() || !(text.Take(" ") || text.Take("T"))) return std::nullopt;
  const auto clock = TakeClock(text);
  if (!clock.has_value()) return std::nullopt;
  const auto offset = with_offset ? TakeOffset(text) : 0;
  if (!offset.has_value()) return std::nullopt;
  const auto days = EndDay(text, *date);
  if (!days.has_value()) return std::nullopt;
  int64_t micros = 0;
  if (__builtin_mul_overflow(*days, kMicrosOfDay, &micros) ||
      __builtin_add_overflow(micros, *clock - *offset * kMicrosOfSecond, &micros)) {
    return std::nullopt;
  }
  return micros;
}

arrow::Status CannotRead(std::string_view type, std::string_view form) {
  return MakeError(ErrorKind::kData,
                   "reading a " + std::string(type) + ": it is not " + std::string(form));
}

}  // namespace

std::string Date::ToString() const { return DayText(Civil()).append(EraOf(Civil())); }

arrow::Result<Date> Date::Parse(std::string_view text) {
  TextScanner scanner{text};
  const auto date = TakeDay(scanner);
  const auto days = date.has_value() ? EndDay(scanner, *date) : std::nullopt;
  if (!days.has_value() || *days > std::numeric_limits<int32_t>::max() ||
      *days < std::numeric_limits<int32_t>::min()) {
    return CannotRead("Date", "like 2024-02-29");
  }
  return FromDays(static_cast<int32_t>(*days));
}

std::string Time::ToString() const { return ClockText(micros_); }

arrow::Result<Time> Time::Parse(std::string_view text) {
  TextScanner scanner{text};
  const auto micros = TakeClock(scanner);
  if (!micros.has_value() || !scanner.IsAtEnd()) {
    return CannotRead("Time", "like 12:00:00.5");
  }
  return FromMicros(*micros);
}

std::string Timestamp::ToString() const { return MomentText(micros_, ""); }

arrow::Result<Timestamp> Timestamp::Parse(std::string_view text) {
  const auto micros = ReadMoment(text, /*with_offset=*/false);
  if (!micros.has_value()) return CannotRead("Timestamp", "like 2024-02-29 12:00:00.5");
  return FromMicros(*micros);
}

std::string TimestampTz::ToString() const { return MomentText(micros_, "+00"); }

arrow::Result<TimestampTz> TimestampTz::Parse(std::string_view text) {
  const auto micros = ReadMoment(text, /*with_offset=*/true);
  if (!micros.has_value()) {
    return CannotRead("TimestampTz", "like 2024-02-29 12:00:00.5+00");
  }
  return FromMicros(*micros);
}

}  // namespace carmilla
