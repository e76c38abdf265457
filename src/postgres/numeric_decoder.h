#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "postgres/copy_format.h"

namespace carmilla {

// NOLINTBEGIN(modernize-use-using): __extension__, which -Wpedantic wants, needs typedef.
__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;
// NOLINTEND(modernize-use-using)

/// What became of a numeric on the wire.
enum class NumericOutcome : uint8_t {
  kValue,
  kNan,         ///< NaN, Infinity or -Infinity, which no decimal can hold.
  kOutOfRange,  ///< More digits before or after the point than the decimal has.
  kMalformed,   ///< Not what numeric_send writes.
};

/// 10^0 to 10^18, or to 10^38.
template <typename Unsigned>
inline constexpr auto kPowersOfTen = [] {
  std::array<Unsigned, sizeof(Unsigned) == 8 ? 19 : 39> powers{};
  Unsigned power = 1;
  for (Unsigned& slot : powers) {
    slot = power;
    power *= 10;  // wraps at most after the last one
  }
  return powers;
}();

/// Turns base-10000 digits into integers scaled by 10^scale, exactly. `Integer` is
/// int64_t for a precision up to 18, Int128 up to 38.
template <typename Integer>
class DecimalConverter {
 public:
  DecimalConverter(int32_t precision, int32_t scale);

  /// Sets `*result` if the outcome is kValue. `Stored` may be narrower than `Integer`
  /// where the precision allows it.
  template <typename Stored>
  [[gnu::always_inline]] NumericOutcome Convert(const char* value, int32_t size,
                                                Stored* result) const {
    if (ConvertShort(value, size, result)) [[likely]]
      return NumericOutcome::kValue;
    Integer converted;
    const NumericOutcome outcome = ConvertAny(value, size, &converted);
    if (outcome == NumericOutcome::kValue) *result = static_cast<Stored>(converted);
    return outcome;
  }

  /// The plain way, for every numeric, which the short one must agree with.
  NumericOutcome ConvertAny(const char* value, int32_t size, Integer* result) const;

  /// Of a numeric whose outcome is kOutOfRange: digits behind the last decimal are
  /// rounded as PostgreSQL rounds, halves away from zero; what is too large becomes the
  /// largest, or smallest, number of the precision.
  Integer Nearest(const char* value, int32_t size) const;

 private:
  using Unsigned = std::conditional_t<sizeof(Integer) == 8, uint64_t, Uint128>;
  static constexpr auto kLargestPower =
      static_cast<int32_t>(kPowersOfTen<Unsigned>.size()) - 1;

  template <typename Stored>
  [[gnu::always_inline]] bool ConvertShort(const char* value, int32_t size,
                                           Stored* result) const;
  NumericOutcome ConvertGroups(const char* value, int32_t size, Integer* result) const;
  static NumericOutcome Special(int32_t num_digits, uint16_t sign);

  int32_t scale_;
  Unsigned largest_;      // 10^precision - 1
  Unsigned group_limit_;  // the largest number that can take another group of four digits

  // Of the short way: see ConvertShort.
  uint32_t fraction_groups_;
  int32_t cut_digits_;
  uint64_t cut_inverse_;
  uint64_t short_limit_;
};

extern template class DecimalConverter<int64_t>;
extern template class DecimalConverter<Int128>;

/// One digit on the wire holds four decimal ones.
inline constexpr uint32_t kNumericGroup = 10000;
inline constexpr int32_t kNumericGroupDigits = 4;

/// Masks of the last 0 to 4 groups of eight bytes.
inline constexpr uint64_t kLastNumericGroups[] = {
    0, 0xffff, 0xffff'ffff, 0xffff'ffff'ffff, 0xffff'ffff'ffff'ffff};

/// Converts a numeric that has at most four groups down to the one that holds the last
/// decimal, without a branch for their number. False says nothing: ConvertAny knows.
// Here and not in the .cc because it is the hottest loop of all: it must become part of
// its caller.
template <typename Integer>
template <typename Stored>
inline bool DecimalConverter<Integer>::ConvertShort(const char* value, int32_t size,
                                                    Stored* result) const {
  if (size < kNumericHeaderBytes) [[unlikely]]
    return false;
  const uint64_t header = LoadUint64(value);
  const auto num_groups = static_cast<uint32_t>(header >> 48);
  const auto weight = static_cast<int16_t>(header >> 32);
  const auto sign = static_cast<uint16_t>(header >> 16);
  // Of the first group, counted from the one with the last decimal; and how many groups
  // of zeros the wire leaves out at the end. Below zero both are large.
  const uint32_t first = static_cast<uint32_t>(weight) + fraction_groups_;
  const uint32_t omitted = first + 1 - num_groups;
  if (static_cast<uint32_t>(size) != kNumericHeaderBytes + 2 * num_groups ||
      (first | omitted) > 3 || (sign & ~kNumericNegative) != 0) [[unlikely]] {
    return false;
  }
  // Four groups side by side, the last decimal in the lowest.
  const uint64_t groups =
      (LoadUint64(value + size - sizeof(uint64_t)) & kLastNumericGroups[num_groups])
      << (16 * omitted);
  constexpr uint64_t kHighBits = 0x8000'8000'8000'8000;
  constexpr uint64_t kToHighBits = 0x0001'0001'0001'0001 * (0x8000 - kNumericGroup);
  if (((groups | (groups + kToHighBits)) & kHighBits) != 0) [[unlikely]]
    return false;  // one of them is 10000 or more
  constexpr uint64_t kEverySecond = 0x0000'ffff'0000'ffff;
  const uint64_t pairs =
      (groups >> 16 & kEverySecond) * kNumericGroup + (groups & kEverySecond);
  const uint64_t sum =
      (pairs >> 32) * (uint64_t{kNumericGroup} * kNumericGroup) + (pairs & 0xffff'ffff);
  // Divides by 10^cut_digits_. What cannot be divided exactly becomes larger than any
  // quotient (Granlund and Montgomery, "Division by Invariant Integers").
  const uint64_t quotient = std::rotr(sum * cut_inverse_, cut_digits_);
  if (quotient > short_limit_) [[unlikely]]
    return false;
  const auto magnitude = static_cast<Stored>(quotient);
  *result = sign == kNumericNegative ? -magnitude : magnitude;
  return true;
}

/// One numeric taken apart, to be written as PostgreSQL's own text: all digits with the
/// display scale, never an exponent; `NaN`, `Infinity`, `-Infinity`.
class NumericText {
 public:
  /// False if the bytes are not what numeric_send writes. `value` must outlive the
  /// object.
  bool Parse(const char* value, int32_t size);

  /// Exact number of characters: at most 147,457.
  int64_t size() const { return size_; }

  /// Writes size() characters; false if a digit is malformed.
  bool Write(char* out) const;

 private:
  uint32_t DigitAt(int32_t group) const;
  bool WriteInteger(char** out) const;
  bool WriteFraction(char** out) const;

  const char* digits_ = nullptr;
  int32_t num_digits_ = 0;
  int32_t weight_ = 0;  // of the first digit, in powers of 10000; -1 for zero
  int32_t scale_ = 0;
  uint16_t sign_ = 0;
  int64_t size_ = 0;
};

}  // namespace carmilla
