#include "transform/exact_number.h"

#include <algorithm>

namespace carmilla {
namespace {

/// Beyond it every number but 0 is too large or too fine.
constexpr int64_t kLargestExponent = 1'000'000'000;

/// The exponent that begins at `text`, or the largest of its sign.
int64_t ParseExponent(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  int64_t exponent = 0;
  for (const char digit : text) {
    exponent = std::min(exponent * 10 + (digit - '0'), kLargestExponent);
  }
  return is_negative ? -exponent : exponent;
}

Int128 TimesPowerOfTen(Int128 value, int64_t power) {
  for (; power > 0; --power) value *= 10;
  return value;
}

}  // namespace

NumberFit ScaleExactly(std::string_view number, int32_t precision, int32_t scale,
                       Int128* result) {
  const bool is_negative = number.starts_with('-');
  if (is_negative) number.remove_prefix(1);
  const size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  int64_t exponent =
      exponent_at < number.size() ? ParseExponent(number.substr(exponent_at + 1)) : 0;
  Int128 value = 0;
  int64_t num_digits = 0;     // of `value`
  int64_t pending_zeros = 0;  // behind the last digit that is not 0
  bool is_fraction = false;
  bool is_overflow = false;
  for (const char character : number.substr(0, exponent_at)) {
    if (character == '.') {
      is_fraction = true;
      continue;
    }
    if (is_fraction) --exponent;
    if (character == '0') {
      if (num_digits > 0) ++pending_zeros;
      continue;
    }
    num_digits += pending_zeros + 1;
    is_overflow = is_overflow || num_digits > 38;
    if (!is_overflow) {
      value = TimesPowerOfTen(value, pending_zeros + 1) + (character - '0');
    }
    pending_zeros = 0;
  }
  if (num_digits == 0) {
    *result = 0;
    return NumberFit::kExact;
  }
  const int64_t shift = exponent + pending_zeros + scale;
  if (num_digits + shift > precision) return NumberFit::kTooLarge;
  if (shift < 0) return NumberFit::kTooFine;
  value = TimesPowerOfTen(value, shift);
  *result = is_negative ? -value : value;
  return NumberFit::kExact;
}

}  // namespace carmilla
