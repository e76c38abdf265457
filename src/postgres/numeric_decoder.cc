#include "postgres/numeric_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>
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

bool IsSigned(uint16_t sign) { return (sign & ~kNumericNegative) == 0; }

int32_t CountDigits(uint32_t group) {
  if (group >= 1000) return 4;
  if (group >= 100) return 3;
  return group >= 10 ? 2 : 1;
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
