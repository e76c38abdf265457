#include "transform/json_time.h"

#include <chrono>
#include <limits>

#include "transform/exact_number.h"

namespace carmilla {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int kMicrosDigits = 6;
constexpr int kMillisDigits = 3;

int DigitsOf(const DeclaredType& type) {
  return type.unit == DeclaredUnit::kMilliseconds ? kMillisDigits : kMicrosDigits;
}

/// Reads parts of fixed width from front to back; what is not there makes it fail.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : rest_(text) {}

  bool is_at_end() const { return rest_.empty(); }
  bool has_failed() const { return has_failed_; }

  bool Take(char sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Need(char sign) { has_failed_ = !Take(sign) || has_failed_; }
  void Fail() { has_failed_ = true; }

  bool HasDigit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  /// A number of exactly `width` digits, at most `largest`.
  int Number(int width, int largest) {
    int number = 0;
    for (int i = 0; i < width; ++i) number = number * 10 + Digit();
    has_failed_ = has_failed_ || number > largest;
    return number;
  }
  int Digit() {
    if (!HasDigit()) {
      has_failed_ = true;
      return 0;
    }
    const int digit = rest_.front() - '0';
    rest_.remove_prefix(1);
    return digit;
  }

 private:
  std::string_view rest_;
  bool has_failed_ = false;
};

/// Days since 1970-01-01; fails for what is no day.
int64_t ReadDate(PartReader* reader) {
  const int year = reader->Number(4, 9999);
  reader->Need('-');
  const auto month = static_cast<unsigned>(reader->Number(2, 12));
  reader->Need('-');
  const auto day = static_cast<unsigned>(reader->Number(2, 31));
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (year == 0 || !date.ok()) reader->Fail();
  return reader->has_failed() ? 0
                              : std::chrono::sys_days(date).time_since_epoch().count();
}

/// Seconds of the day.
int64_t ReadClock(PartReader* reader, bool* has_seconds) {
  const int hour = reader->Number(2, 24);
  reader->Need(':');
  const int minute = reader->Number(2, 59);
  *has_seconds = reader->Take(':');
  const int second = *has_seconds ? reader->Number(2, 59) : 0;
  if (hour == 24 && minute + second > 0) reader->Fail();
  return int64_t{hour} * 3600 + int64_t{minute} * 60 + second;
}

/// The fraction in units of 10^-digits; `is_too_fine` where it has more than those.
int64_t ReadFraction(PartReader* reader, int digits, bool* is_too_fine) {
  int64_t fraction = 0;
  int num_digits = 0;
  do {
    const int digit = reader->Digit();
    if (++num_digits <= digits) {
      fraction = fraction * 10 + digit;
    } else {
      *is_too_fine = *is_too_fine || digit != 0;
    }
  } while (reader->HasDigit());
  for (; num_digits < digits; ++num_digits) fraction *= 10;
  return fraction;
}

/// What a zone is ahead of UTC, in seconds.
int64_t ReadZone(PartReader* reader) {
  if (reader->Take('Z')) return 0;
  const bool is_west = reader->Take('-');
  if (!is_west) reader->Need('+');
  int64_t seconds = int64_t{reader->Number(2, 15)} * 3600;
  const bool has_colon = reader->Take(':');
  if (has_colon || reader->HasDigit()) seconds += int64_t{reader->Number(2, 59)} * 60;
  return is_west ? -seconds : seconds;
}

TimeFit ScaleTime(std::string_view number, int32_t digits, int64_t* since) {
  Int128 scaled = 0;
  switch (ScaleExactly(number, /*precision=*/38, digits, &scaled)) {
    case NumberFit::kTooLarge:
      return TimeFit::kTooLarge;
    case NumberFit::kTooFine:
      return TimeFit::kTooFine;
    case NumberFit::kExact:
      break;
  }
  if (scaled < std::numeric_limits<int64_t>::min() ||
      scaled > std::numeric_limits<int64_t>::max()) {
    return TimeFit::kTooLarge;
  }
  *since = static_cast<int64_t>(scaled);
  return TimeFit::kExact;
}

}  // namespace

TimeFit ParseIsoDate(std::string_view text, int32_t* days) {
  PartReader reader(text);
  *days = static_cast<int32_t>(ReadDate(&reader));
  return reader.has_failed() || !reader.is_at_end() ? TimeFit::kNoTime : TimeFit::kExact;
}

TimeFit ParseIsoTimestamp(std::string_view text, const DeclaredType& type,
                          int64_t* since) {
  PartReader reader(text);
  const int64_t days = ReadDate(&reader);
  if (!reader.Take('T')) reader.Need(' ');
  bool has_seconds = false;
  bool is_too_fine = false;
  int64_t seconds = ReadClock(&reader, &has_seconds);
  int64_t fraction = 0;
  if (has_seconds && reader.Take('.')) {
    fraction = ReadFraction(&reader, DigitsOf(type), &is_too_fine);
  }
  if (seconds == kSecondsPerDay && (fraction != 0 || is_too_fine))
    return TimeFit::kNoTime;
  const bool has_zone = !reader.is_at_end();
  if (has_zone) seconds -= ReadZone(&reader);
  if (reader.has_failed() || !reader.is_at_end()) return TimeFit::kNoTime;
  if (has_zone != type.is_utc) return has_zone ? TimeFit::kHasZone : TimeFit::kNoZone;
  if (is_too_fine) return TimeFit::kTooFine;
  int64_t per_second = 1;
  for (int i = 0; i < DigitsOf(type); ++i) per_second *= 10;
  *since = (days * kSecondsPerDay + seconds) * per_second + fraction;
  return TimeFit::kExact;
}

TimeFit ParseEpoch(std::string_view number, TimestampForm form, const DeclaredType& type,
                   int64_t* since) {
  const int digits_of_form = form == TimestampForm::kEpochMillis ? kMillisDigits : 0;
  return ScaleTime(number, DigitsOf(type) - digits_of_form, since);
}

TimeFit ParseDotnet(std::string_view text, const DeclaredType& type, int64_t* since) {
  constexpr std::string_view kBegin = "/Date(";
  constexpr std::string_view kEnd = ")/";
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd)) return TimeFit::kNoTime;
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  const size_t digits_at = text.starts_with('-') ? 1 : 0;
  const size_t digits_end =
      std::min(text.find_first_not_of("0123456789", digits_at), text.size());
  if (digits_end == digits_at) return TimeFit::kNoTime;
  if (digits_end < text.size()) {
    PartReader reader(text.substr(digits_end));
    if (!reader.Take('-')) reader.Need('+');
    reader.Number(2, 23);
    reader.Number(2, 59);
    if (reader.has_failed() || !reader.is_at_end()) return TimeFit::kNoTime;
  }
  return ScaleTime(text.substr(0, digits_end), DigitsOf(type) - kMillisDigits, since);
}

}  // namespace carmilla
