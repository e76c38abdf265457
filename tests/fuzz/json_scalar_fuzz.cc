// A choice, then any text as a number or a moment of a JSON document.

#include <arrow/util/decimal.h>

#include "fuzz/fuzz_input.h"
#include "transform/exact_number.h"
#include "transform/json_syntax.h"
#include "transform/json_time.h"

namespace carmilla {
namespace {

constexpr size_t kMostDigits = 30;

/// Whether the exponent is small enough for Arrow to compute with.
bool IsModest(std::string_view number) {
  const size_t exponent = number.find_first_of("eE");
  return number.size() < kMostDigits &&
         (exponent == std::string_view::npos || number.size() - exponent <= 4);
}

void RequireScaledWell(const std::string& number, int32_t precision, int32_t scale) {
  Int128 result = 0;
  const NumberFit fit = ScaleExactly(number, precision, scale, &result);
  if (!IsModest(number)) return;
  arrow::Decimal256 value;
  int32_t value_precision = 0;
  int32_t value_scale = 0;
  const arrow::Status status =
      arrow::Decimal256::FromString(number, &value, &value_precision, &value_scale);
  if (!status.ok()) return;
  const auto rescaled = value.Rescale(value_scale, scale);
  if (fit != NumberFit::kExact) {
    Require(!rescaled.ok() || !rescaled->FitsInPrecision(precision),
            "only what does not fit is refused", number);
    return;
  }
  const arrow::Decimal128 ours(static_cast<int64_t>(result >> 64),
                               static_cast<uint64_t>(result));
  Require(rescaled.ok() && *rescaled == arrow::Decimal256(ours),
          "a number keeps its value", number + " " + ours.ToIntegerString());
}

/// The date of days since 1970-01-01, from 0001 to 9999, by counting years and months.
std::string DateText(int32_t days) {
  const auto is_leap = [](int32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  };
  int32_t year = 1970;
  while (days < 0) days += is_leap(--year) ? 366 : 365;
  while (days >= (is_leap(year) ? 366 : 365)) days -= is_leap(year++) ? 366 : 365;
  int32_t month = 1;
  for (;; ++month) {
    constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int32_t length = kDays[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
    if (days < length) break;
    days -= length;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, days + 1);
  return text;
}

void RequireTimesWell(const std::string& text, const DeclaredType& type) {
  int32_t days = 0;
  if (ParseIsoDate(text, &days) == TimeFit::kExact) {
    Require(DateText(days) == text, "a date keeps its day", text);
  }
  int64_t since = 0;
  if (ParseIsoTimestamp(text, type, &since) == TimeFit::kExact && !type.is_utc) {
    const int64_t unit = type.unit == DeclaredUnit::kMilliseconds ? 1000 : 1'000'000;
    const int64_t second = since / unit - (since % unit < 0 ? 1 : 0);
    const auto day = static_cast<int32_t>(second / 86400 - (second % 86400 < 0 ? 1 : 0));
    // 24:00:00 is the next day's midnight.
    Require(text.starts_with(DateText(day)) || text.find("24:00") != std::string::npos,
            "a moment keeps its day", text + " " + DateText(day));
  }
  // These have no text to compare with.
  ParseDotnet(text, type, &since);
  if (IsJsonNumber(text)) {
    ParseEpoch(text, TimestampForm::kEpochMillis, type, &since);
    ParseEpoch(text, TimestampForm::kEpochSeconds, type, &since);
  }
}

}  // namespace
}  // namespace carmilla

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace carmilla;
  FuzzInput input(data, size);
  const uint64_t choice = input.Number(1);
  const auto precision = static_cast<int32_t>(1 + input.Number(1) % 38);
  const auto scale =
      static_cast<int32_t>(input.Number(1) % static_cast<uint64_t>(precision + 1));
  const std::string text = input.Rest();
  if (IsJsonNumber(text)) RequireScaledWell(text, precision, scale);
  RequireTimesWell(text, {.kind = DeclaredKind::kTimestamp,
                          .unit = (choice & 1) != 0 ? DeclaredUnit::kMilliseconds
                                                    : DeclaredUnit::kMicroseconds,
                          .is_utc = (choice & 2) != 0});
  return 0;
}
