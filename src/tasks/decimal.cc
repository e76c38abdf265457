#include "carmilla/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace carmilla::internal {
namespace {

/// A number as it is written: its digits times ten to the power of `exponent`.
struct WrittenNumber {
  bool is_negative = false;
  std::string digits;  ///< Without zeros in front.
  int64_t exponent = 0;
};

constexpr int64_t kFarAway = 1'000'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view WithoutSpaces(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

/// Reads `e+12`, whose number may be of any size: what is far away is zero or too large.
std::optional<int64_t> ReadExponent(std::string_view text) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(1);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !std::ranges::all_of(text, IsDigit)) return std::nullopt;
  int64_t exponent = 0;
  for (const char c : text) exponent = std::min(exponent * 10 + (c - '0'), kFarAway);
  return is_negative ? -exponent : exponent;
}

std::optional<WrittenNumber> ReadNumber(std::string_view text) {
  WrittenNumber number;
  text = WithoutSpaces(text);
  number.is_negative = text.starts_with('-');
  if (number.is_negative || text.starts_with('+')) text.remove_prefix(1);
  bool has_point = false;
  bool has_digit = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !has_point) {
      has_point = true;
    } else if (IsDigit(text[i])) {
      has_digit = true;
      if (has_point) --number.exponent;
      if (!number.digits.empty() || text[i] != '0') number.digits += text[i];
    } else {
      break;
    }
  }
  if (!has_digit) return std::nullopt;
  if (i == text.size()) return number;
  const std::optional<int64_t> exponent = ReadExponent(text.substr(i));
  if (!exponent.has_value()) return std::nullopt;
  number.exponent += *exponent;
  return number;
}

arrow::Status CannotRead(int precision, int scale, std::string_view problem) {
  return MakeError(ErrorKind::kData, "reading a Decimal<" + std::to_string(precision) +
                                         ", " + std::to_string(scale) +
                                         ">: " + std::string(problem));
}

}  // namespace

std::string DecimalText(Int128 unscaled, int scale) {
  // A sign, 39 digits, a point.
  std::array<char, 48> buffer;
  char* const end = buffer.data() + buffer.size();
  char* begin = end;
  UInt128 magnitude = MagnitudeOf(unscaled);
  for (int written = 0; magnitude != 0 || written <= scale; ++written) {
    if (written == scale && scale > 0) *--begin = '.';
    *--begin = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  }
  if (unscaled < 0) *--begin = '-';
  return {begin, end};
}

arrow::Result<Int128> ParseDecimal(std::string_view text, int precision, int scale) {
  std::optional<WrittenNumber> number = ReadNumber(text);
  if (!number.has_value()) return CannotRead(precision, scale, "it is no number");
  std::string& digits = number->digits;
  while (number->exponent < -scale && digits.ends_with('0')) {
    digits.pop_back();
    ++number->exponent;
  }
  if (digits.empty()) return Int128{0};
  if (number->exponent < -scale) {
    return CannotRead(precision, scale, "it has more digits behind the point");
  }
  const int64_t zeros = number->exponent + scale;
  if (static_cast<int64_t>(digits.size()) + zeros > precision) {
    return CannotRead(precision, scale, "it has more digits before the point");
  }
  Int128 unscaled = 0;
  for (const char c : digits) unscaled = unscaled * 10 + (c - '0');
  unscaled *= PowerOfTen(static_cast<int>(zeros));
  return number->is_negative ? -unscaled : unscaled;
}

double DecimalToDouble(Int128 unscaled, int scale) {
  constexpr Int128 kMostExact = Int128{1} << 53;
  constexpr int kMostExactPower = 22;
  // One division of two exact numbers is rounded once.
  if (unscaled <= kMostExact && unscaled >= -kMostExact && scale <= kMostExactPower) {
    return static_cast<double>(unscaled) / static_cast<double>(PowerOfTen(scale));
  }
  const std::string text = DecimalText(unscaled, scale);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool DecimalFromDouble(double value, int digits, int scale, Rounding rounding,
                       Int128* unscaled) {
  if (!std::isfinite(value)) return false;
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, digits - 1);
  const auto number = ReadNumber(
      std::string_view(buffer.data(), static_cast<size_t>(end.ptr - buffer.data())));
  Int128 mantissa = 0;
  for (const char c : number->digits) mantissa = mantissa * 10 + (c - '0');
  if (number->is_negative) mantissa = -mantissa;
  const int raised = static_cast<int>(number->exponent) + scale;
  if (mantissa == 0 || raised < 0) {
    const int dropped = std::clamp(-raised, 0, kMostDigits);
    *unscaled = DivideRounded(mantissa, PowerOfTen(dropped), rounding);
    return true;
  }
  if (static_cast<int>(number->digits.size()) + raised > kMostDigits) return false;
  *unscaled = mantissa * PowerOfTen(raised);
  return true;
}

}  // namespace carmilla::internal
