#include "postgres/numeric_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace carmilla {
namespace {

constexpr uint32_t kGroup = 10000;  // one digit on the wire holds four decimal ones
constexpr int32_t kGroupDigits = 4;
constexpr int32_t kMaxPrecision = 38;
constexpr std::array<uint32_t, 5> kSmallPowers{1, 10, 100, 1000, 10000};

template <typename Unsigned>
constexpr auto kPowersOfTen = [] {
  std::array<Unsigned, (sizeof(Unsigned) == 8 ? 18 : kMaxPrecision) + 1> powers{};
  Unsigned power = 1;
  for (Unsigned& slot : powers) {
    slot = power;
    power *= 10;  // wraps after the last one, which is not stored
  }
  return powers;
}();

std::string_view SpecialText(uint16_t sign) {
  switch (sign) {
    case kNumericNan:
      return "NaN";
    case kNumericInfinity:
      return "Infinity";
    case kNumericMinusInfinity:
      return "-Infinity";
    default:
      return "";
  }
}

bool IsSigned(uint16_t sign) { return (sign & ~kNumericNegative) == 0; }

int32_t CountDigits(uint32_t group) {
  return group >= 1000 ? 4 : group >= 100 ? 3 : group >= 10 ? 2 : 1;
}

void WriteGroup(uint32_t group, char* out) {
  const uint32_t high = group / 100;
  const uint32_t low = group % 100;
  out[0] = static_cast<char>('0' + high / 10);
  out[1] = static_cast<char>('0' + high % 10);
  out[2] = static_cast<char>('0' + low / 10);
  out[3] = static_cast<char>('0' + low % 10);
}

}  // namespace

template <typename Integer>
DecimalConverter<Integer>::DecimalConverter(int32_t precision, int32_t scale)
    : scale_(scale),
      largest_(kPowersOfTen<Unsigned>[static_cast<size_t>(precision)] - 1),
      group_limit_(largest_ / kGroup) {}

template <typename Integer>
NumericOutcome DecimalConverter<Integer>::Convert(const char* value, int32_t size,
                                                  Integer* result) const {
  if (size < kNumericHeaderBytes) return NumericOutcome::kMalformed;
  const int32_t num_digits = LoadUint16(value);
  const uint16_t sign = LoadUint16(value + 4);
  if (size != kNumericHeaderBytes + 2 * num_digits) return NumericOutcome::kMalformed;
  if (!IsSigned(sign)) [[unlikely]] {
    return num_digits == 0 && !SpecialText(sign).empty() ? NumericOutcome::kNan
                                                         : NumericOutcome::kMalformed;
  }
  Unsigned sum = 0;
  // The power of ten, after scaling, that the next group counts in.
  int32_t exponent = kGroupDigits * LoadInt16(value + 2) + scale_;
  int32_t next = 0;
  for (; next < num_digits && exponent >= 0; ++next, exponent -= kGroupDigits) {
    const uint32_t group = LoadUint16(value + kNumericHeaderBytes + 2 * next);
    if (group >= kGroup) return NumericOutcome::kMalformed;
    if (sum > group_limit_) return NumericOutcome::kOutOfRange;
    sum = sum * kGroup + group;
  }
  if (next < num_digits) {
    const NumericOutcome outcome = Fraction(value, num_digits, next, exponent, &sum);
    if (outcome != NumericOutcome::kValue) return outcome;
  } else if (sum != 0 && exponent + kGroupDigits > 0) {
    // The wire leaves out trailing groups of zeros.
    const auto power = static_cast<size_t>(exponent + kGroupDigits);
    const auto& powers = kPowersOfTen<Unsigned>;
    if (power >= powers.size() || __builtin_mul_overflow(sum, powers[power], &sum)) {
      return NumericOutcome::kOutOfRange;
    }
  }
  if (sum > largest_) return NumericOutcome::kOutOfRange;
  const auto magnitude = static_cast<Integer>(sum);
  *result = sign == kNumericNegative ? -magnitude : magnitude;
  return NumericOutcome::kValue;
}

/// Takes the groups that lie partly or wholly behind the last decimal: what lies there
/// must be zero.
template <typename Integer>
NumericOutcome DecimalConverter<Integer>::Fraction(const char* value, int32_t num_digits,
                                                   int32_t next, int32_t exponent,
                                                   Unsigned* sum) const {
  const char* digits = value + kNumericHeaderBytes;
  if (exponent > -kGroupDigits) {
    const uint32_t group = LoadUint16(digits + 2 * next);
    if (group >= kGroup) return NumericOutcome::kMalformed;
    uint32_t kept = 0;
    uint32_t kept_power = 0;
    // Divisions by constants are multiplications.
    switch (exponent) {
      case -1:
        kept = group / 10;
        kept_power = 1000;
        break;
      case -2:
        kept = group / 100;
        kept_power = 100;
        break;
      default:
        kept = group / 1000;
        kept_power = 10;
    }
    if (kept * (kGroup / kept_power) != group) return NumericOutcome::kOutOfRange;
    if (__builtin_mul_overflow(*sum, static_cast<Unsigned>(kept_power), sum) ||
        *sum > largest_) {
      return NumericOutcome::kOutOfRange;
    }
    *sum += kept;
    ++next;
  }
  for (; next < num_digits; ++next) {
    if (LoadUint16(digits + 2 * next) != 0) return NumericOutcome::kOutOfRange;
  }
  return NumericOutcome::kValue;
}

template class DecimalConverter<int64_t>;
template class DecimalConverter<Int128>;

bool NumericText::Parse(const char* value, int32_t size) {
  if (size < kNumericHeaderBytes) return false;
  num_digits_ = LoadUint16(value);
  weight_ = LoadInt16(value + 2);
  sign_ = LoadUint16(value + 4);
  scale_ = LoadUint16(value + 6);
  digits_ = value + kNumericHeaderBytes;
  if (size != kNumericHeaderBytes + 2 * num_digits_) return false;
  if (!IsSigned(sign_)) {
    size_ = static_cast<int64_t>(SpecialText(sign_).size());
    return num_digits_ == 0 && size_ != 0;
  }
  if (scale_ > kNumericMaxScale) return false;
  if (num_digits_ == 0) weight_ = -1;
  const uint32_t first = num_digits_ == 0 ? 0 : LoadUint16(digits_);
  // The server strips leading zeros; a first group without value would shift the text.
  if (num_digits_ > 0 && (first == 0 || first >= kGroup)) return false;
  size_ = sign_ == kNumericNegative ? 1 : 0;
  size_ += weight_ < 0 ? 1 : CountDigits(first) + int64_t{kGroupDigits} * weight_;
  size_ += scale_ > 0 ? 1 + scale_ : 0;
  return true;
}

bool NumericText::Write(char* out) const {
  const std::string_view special = SpecialText(sign_);
  if (!special.empty()) {
    std::copy(special.begin(), special.end(), out);
    return true;
  }
  if (sign_ == kNumericNegative) *out++ = '-';
  return WriteInteger(&out) && WriteFraction(&out);
}

/// The group that counts in 10000^(weight - group); zero outside of what was sent.
uint32_t NumericText::DigitAt(int32_t group) const {
  return group >= 0 && group < num_digits_ ? LoadUint16(digits_ + 2 * group) : 0;
}

bool NumericText::WriteInteger(char** out) const {
  if (weight_ < 0) {
    *(*out)++ = '0';
    return true;
  }
  const uint32_t first = DigitAt(0);
  std::array<char, kGroupDigits> text;
  WriteGroup(first, text.data());
  const auto length = static_cast<size_t>(CountDigits(first));
  std::memcpy(*out, text.data() + kGroupDigits - length, length);
  *out += length;
  for (int32_t group = 1; group <= weight_; ++group, *out += kGroupDigits) {
    const uint32_t digit = DigitAt(group);
    if (digit >= kGroup) return false;
    WriteGroup(digit, *out);
  }
  return true;
}

bool NumericText::WriteFraction(char** out) const {
  if (scale_ > 0) *(*out)++ = '.';
  int32_t group = weight_ + 1;
  int32_t left = scale_;
  for (; left >= kGroupDigits; left -= kGroupDigits, ++group, *out += kGroupDigits) {
    const uint32_t digit = DigitAt(group);
    if (digit >= kGroup) return false;
    WriteGroup(digit, *out);
  }
  if (left > 0) {
    const uint32_t digit = DigitAt(group++);
    if (digit >= kGroup) return false;
    std::array<char, kGroupDigits> text;
    WriteGroup(digit, text.data());
    std::memcpy(*out, text.data(), static_cast<size_t>(left));
    *out += left;
    if (digit % kSmallPowers[static_cast<size_t>(kGroupDigits - left)] != 0) return false;
  }
  // Digits behind the display scale would be lost.
  for (; group < num_digits_; ++group) {
    if (DigitAt(group) != 0) return false;
  }
  return true;
}

}  // namespace carmilla
