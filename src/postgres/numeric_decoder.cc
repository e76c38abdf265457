#include "postgres/numeric_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>

namespace carmilla {
namespace {

constexpr uint32_t kGroup = kNumericGroup;
constexpr int32_t kGroupDigits = kNumericGroupDigits;
constexpr std::array<uint32_t, 5> kSmallPowers{1, 10, 100, 1000, 10000};

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

/// The inverse of 5^exponent modulo 2^64.
uint64_t InverseOfPowerOfFive(int32_t exponent) {
  constexpr uint64_t kInverseOfFive = 0xcccc'cccc'cccc'cccd;
  uint64_t inverse = 1;
  for (; exponent > 0; --exponent) inverse *= kInverseOfFive;
  return inverse;
}

bool IsSigned(uint16_t sign) { return (sign & ~kNumericNegative) == 0; }

int32_t CountDigits(uint32_t group) {
  if (group >= 1000) return 4;
  if (group >= 100) return 3;
  return group >= 10 ? 2 : 1;
}

bool HasOnlyGroups(const char* value, int32_t size) {
  for (int32_t place = kNumericHeaderBytes; place < size; place += 2) {
    if (LoadUint16(value + place) >= kGroup) return false;
  }
  return true;
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
      group_limit_(largest_ / kGroup),
      cut_digits_((kGroupDigits - scale % kGroupDigits) % kGroupDigits),
      usual_limit_(static_cast<uint64_t>(
          std::min(largest_, Unsigned{std::numeric_limits<uint64_t>::max() /
                                      kSmallPowers[static_cast<size_t>(cut_digits_)]}))) {
  const int32_t fraction_groups = (scale + kGroupDigits - 1) / kGroupDigits;
  for (uint32_t num_groups = 0; num_groups <= kMostUsualGroups; ++num_groups) {
    // Zero has no group, and weight 0.
    const int32_t weight =
        num_groups == 0 ? 0 : static_cast<int32_t>(num_groups) - 1 - fraction_groups;
    usual_headers_[num_groups] = static_cast<uint64_t>(weight) << 48 |
                                 static_cast<uint64_t>(scale) << 16 | num_groups;
  }
  uint64_t factor = InverseOfPowerOfFive(cut_digits_);
  for (uint32_t omitted = 0; omitted < kMostUsualGroups; ++omitted, factor *= kGroup) {
    usual_factors_[4 * omitted] = usual_factors_[4 * omitted + 1] = factor;
  }
}

template <typename Integer>
NumericOutcome DecimalConverter<Integer>::ConvertAny(const char* value, int32_t size,
                                                     Integer* result) const {
  const NumericOutcome outcome = ConvertGroups(value, size, result);
  // What is no number at all is not one that is too large, for which there is a policy.
  return outcome == NumericOutcome::kOutOfRange && !HasOnlyGroups(value, size)
             ? NumericOutcome::kMalformed
             : outcome;
}

template <typename Integer>
NumericOutcome DecimalConverter<Integer>::ConvertGroups(const char* value, int32_t size,
                                                        Integer* result) const {
  if (size < kNumericHeaderBytes) return NumericOutcome::kMalformed;
  const uint64_t header = LoadUint64(value);
  const auto num_digits = static_cast<int32_t>(header >> 48);
  const auto weight = static_cast<int16_t>(header >> 32);
  const auto sign = static_cast<uint16_t>(header >> 16);
  if (size != kNumericHeaderBytes + 2 * num_digits) {
    return NumericOutcome::kMalformed;
  }
  if ((sign & ~kNumericNegative) != 0) return Special(num_digits, sign);
  const char* digit = value + kNumericHeaderBytes;
  const char* const end = value + size;
  Unsigned sum = 0;
  // The power of ten, after scaling, that the next group counts in.
  int32_t exponent = kGroupDigits * weight + scale_;
  for (; digit != end && exponent >= 0; digit += 2, exponent -= kGroupDigits) {
    const uint32_t group = LoadUint16(digit);
    if (group >= kGroup) return NumericOutcome::kMalformed;
    if (sum > group_limit_) return NumericOutcome::kOutOfRange;
    sum = sum * kGroup + group;
  }
  if (digit == end) {
    // The wire leaves out trailing groups of zeros.
    const int32_t power = exponent + kGroupDigits;
    if (power > 0 && sum != 0) {
      if (power > kLargestPower ||
          __builtin_mul_overflow(sum, kPowersOfTen<Unsigned>[static_cast<size_t>(power)],
                                 &sum)) {
        return NumericOutcome::kOutOfRange;
      }
    }
  } else {
    if (exponent > -kGroupDigits) {
      const uint32_t group = LoadUint16(digit);
      if (group >= kGroup) return NumericOutcome::kMalformed;
      const uint32_t cut = kSmallPowers[static_cast<size_t>(-exponent)];
      const uint32_t power = kSmallPowers[static_cast<size_t>(kGroupDigits + exponent)];
      if (group % cut != 0 || __builtin_mul_overflow(sum, Unsigned{power}, &sum) ||
          sum > largest_) {
        return NumericOutcome::kOutOfRange;
      }
      sum += group / cut;
      digit += 2;
    }
    for (; digit != end; digit += 2) {  // what lies behind the last decimal must be zero
      if (LoadUint16(digit) != 0) return NumericOutcome::kOutOfRange;
    }
  }
  if (sum > largest_) return NumericOutcome::kOutOfRange;
  const auto magnitude = static_cast<Integer>(sum);
  *result = sign == kNumericNegative ? -magnitude : magnitude;
  return NumericOutcome::kValue;
}

template <typename Integer>
Integer DecimalConverter<Integer>::Nearest(const char* value, int32_t size) const {
  const auto weight = LoadInt16(value + 2);
  const bool is_negative = LoadUint16(value + 4) == kNumericNegative;
  const auto signed_of = [&](Unsigned magnitude) {
    const auto result = static_cast<Integer>(std::min(magnitude, largest_));
    return is_negative ? -result : result;
  };
  Unsigned sum = 0;
  int32_t exponent = kGroupDigits * weight + scale_;
  const char* const end = value + size;
  for (const char* digit = value + kNumericHeaderBytes; digit != end;
       digit += 2, exponent -= kGroupDigits) {
    const uint32_t group = LoadUint16(digit);
    // The digits of the group that count: four, or those before the last decimal's end.
    const int32_t kept = std::clamp(kGroupDigits + exponent, 0, kGroupDigits);
    const uint32_t cut = kSmallPowers[static_cast<size_t>(kGroupDigits - kept)];
    if (__builtin_mul_overflow(sum, Unsigned{kSmallPowers[static_cast<size_t>(kept)]},
                               &sum) ||
        sum > largest_) {
      return signed_of(largest_);
    }
    sum += group / cut;
    if (exponent >= 0) continue;
    // The first digit behind decides, which is in this group or zero.
    const bool rounds_up = exponent >= -kGroupDigits && 2 * (group % cut) >= cut;
    return signed_of(sum + (rounds_up ? 1 : 0));
  }
  const int32_t power = exponent + kGroupDigits;
  if (power > 0 && sum != 0 &&
      (power > kLargestPower ||
       __builtin_mul_overflow(sum, kPowersOfTen<Unsigned>[static_cast<size_t>(power)],
                              &sum))) {
    return signed_of(largest_);
  }
  return signed_of(sum);
}

template <typename Integer>
NumericOutcome DecimalConverter<Integer>::Special(int32_t num_digits, uint16_t sign) {
  return num_digits == 0 && !SpecialText(sign).empty() ? NumericOutcome::kNan
                                                       : NumericOutcome::kMalformed;
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
    std::ranges::copy(special, out);
    return true;
  }
  if (sign_ == kNumericNegative) *out++ = '-';
  return WriteInteger(&out) && WriteFraction(&out);
}

/// The group that counts in 10000^(weight - group); zero outside of what was sent.
uint32_t NumericText::DigitAt(int32_t group) const {
  return group >= 0 && group < num_digits_
             ? LoadUint16(digits_ + 2 * static_cast<ptrdiff_t>(group))
             : 0;
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
