#include "carmilla/interval.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "tasks/text_scanner.h"

namespace carmilla {
namespace {

using internal::kMicrosOfSecond;

constexpr int64_t kMicrosOfMinute = 60 * kMicrosOfSecond;
constexpr int64_t kMicrosOfHour = 60 * kMicrosOfMinute;

void AppendPart(std::string& text, int64_t number, char unit) {
  if (number != 0) text.append(std::to_string(number)).push_back(unit);
}

void AppendSeconds(std::string& text, int64_t micros) {
  if (micros == 0) return;
  if (micros < 0) text += '-';
  // Below a minute, so the magnitude fits.
  const int64_t magnitude = micros < 0 ? -micros : micros;
  text += std::to_string(magnitude / kMicrosOfSecond);
  if (magnitude % kMicrosOfSecond != 0) {
    const std::string digits =
        std::to_string(kMicrosOfSecond + magnitude % kMicrosOfSecond);
    text += '.' + digits.substr(1, digits.find_last_not_of('0'));
  }
  text += 'S';
}

/// One designator of ISO 8601 and what it adds to an interval.
struct Designator {
  std::string_view letter;
  Int128 months = 0;
  Int128 days = 0;
  Int128 micros = 0;
};
constexpr std::array<Designator, 4> kOfCalendar = {{{.letter = "Y", .months = 12},
                                                    {.letter = "M", .months = 1},
                                                    {.letter = "W", .days = 7},
                                                    {.letter = "D", .days = 1}}};
constexpr std::array<Designator, 3> kOfClock = {
    {{.letter = "H", .micros = kMicrosOfHour},
     {.letter = "M", .micros = kMicrosOfMinute},
     {.letter = "S", .micros = kMicrosOfSecond}}};

struct Total {
  Int128 months = 0;
  Int128 days = 0;
  Int128 micros = 0;
};

/// Takes `-1Y2M` as far as it goes, each designator at most once and in their order.
template <size_t kCount>
bool TakeParts(TextScanner& text, const std::array<Designator, kCount>& designators,
               Total& total) {
  size_t next = 0;
  bool any = false;
  while (!text.IsAtEnd() && !text.rest.starts_with('T')) {
    const bool is_negative = text.Take("-");
    const auto number = text.TakeNumber(1, 13);
    const bool has_point = text.rest.starts_with('.');
    const auto millionths = text.TakeMillionths();
    if (!number.has_value() || !millionths.has_value()) return false;
    while (next < kCount && !text.Take(designators[next].letter)) ++next;
    if (next == kCount) return false;
    const Designator& designator = designators[next++];
    if (has_point && designator.letter != "S") return false;
    const Int128 sign = is_negative ? -1 : 1;
    total.months += sign * *number * designator.months;
    total.days += sign * *number * designator.days;
    total.micros += sign * (*number * designator.micros + *millionths);
    any = true;
  }
  return any;
}

template <typename T>
bool Fits(Int128 value) {
  return value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max();
}

}  // namespace

std::string Interval::ToString() const {
  if (months == 0 && days == 0 && micros == 0) return "PT0S";
  std::string text = "P";
  AppendPart(text, months / 12, 'Y');
  AppendPart(text, months % 12, 'M');
  AppendPart(text, days, 'D');
  if (micros != 0) text += 'T';
  AppendPart(text, micros / kMicrosOfHour, 'H');
  AppendPart(text, micros / kMicrosOfMinute % 60, 'M');
  AppendSeconds(text, micros % kMicrosOfMinute);
  return text;
}

arrow::Result<Interval> Interval::Parse(std::string_view text) {
  TextScanner scanner{text};
  Total total;
  bool is_well = scanner.Take("P") && !scanner.IsAtEnd();
  if (is_well && !scanner.rest.starts_with('T')) {
    is_well = TakeParts(scanner, kOfCalendar, total);
  }
  if (is_well && scanner.Take("T")) is_well = TakeParts(scanner, kOfClock, total);
  if (!is_well || !scanner.IsAtEnd() || !Fits<int32_t>(total.months) ||
      !Fits<int32_t>(total.days) || !Fits<int64_t>(total.micros)) {
    return MakeError(ErrorKind::kData,
                     "reading an Interval: it is not like P1Y2M3DT4H5M6.5S");
  }
  return Interval{.months = static_cast<int32_t>(total.months),
                  .days = static_cast<int32_t>(total.days),
                  .micros = static_cast<int64_t>(total.micros)};
}

}  // namespace carmilla
