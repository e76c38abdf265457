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
  NumericOutcome Convert(const char* value, int32_t size, Stored* result) const {
    if (ConvertUsual(value, size, result)) return NumericOutcome::kValue;
    Integer converted;
    const NumericOutcome outcome = ConvertAny(value, size, &converted);
    if (outcome == NumericOutcome::kValue) *result = static_cast<Stored>(converted);
    return outcome;
  }

  /// The short way, for a numeric with the display scale of the decimal and at most four
  /// groups down to the one that holds the last decimal. False says nothing, for any
  /// size.
  template <typename Stored>
  [[gnu::always_inline]] bool ConvertUsual(const char* value, int32_t size,
                                           Stored* result) const;

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

  NumericOutcome ConvertGroups(const char* value, int32_t size, Integer* result) const;
  static NumericOutcome Special(int32_t num_digits, uint16_t sign);

  int32_t scale_;
  Unsigned largest_;      // 10^precision - 1
  Unsigned group_limit_;  // the largest number that can take another group of four digits

  // Of the short way: see ConvertUsual.
  static constexpr uint32_t kMostUsualGroups = 4;
  // By the number of groups: the header of a positive number whose last group holds the
  // last decimal, with the weight in front.
  uint64_t usual_headers_[kMostUsualGroups + 1];
  // By the number of groups: the bits that no usual form has, which would mean more than
  // four groups, those left out included. (Two groups with two left out are unusual,
  // too.)
  uint64_t unusual_forms_[kMostUsualGroups + 1] = {~uint64_t{0b0001}, ~uint64_t{0b1101},
                                                   ~uint64_t{0b0101}, ~uint64_t{0b0101},
                                                   ~uint64_t{0b0001}};
  // The last so many groups of eight bytes.
  uint64_t last_groups_[kMostUsualGroups + 1] = {0, 0xffff, 0xffff'ffff, 0xffff'ffff'ffff,
                                                 0xffff'ffff'ffff'ffff};
  int32_t cut_digits_;
  // By the form: what the last group counts, and what divides it by 5^cut_digits_.
  uint64_t usual_factors_[4 * kMostUsualGroups] = {};
  uint64_t usual_limit_;
};

extern template class DecimalConverter<int64_t>;
extern template class DecimalConverter<Int128>;

/// One digit on the wire holds four decimal ones.
inline constexpr uint32_t kNumericGroup = 10000;
inline constexpr int32_t kNumericGroupDigits = 4;

// Here and not in the .cc because it is the hottest loop of all: it must become part of
// its caller.
template <typename Integer>
template <typename Stored>
inline bool DecimalConverter<Integer>::ConvertUsual(const char* value, int32_t size,
                                                    Stored* result) const {
  // Rotated, an odd size is as far away as a negative one.
  const uint64_t num_groups =
      std::rotr(static_cast<uint32_t>(size) - kNumericHeaderBytes, 1);
  if (num_groups > kMostUsualGroups) [[unlikely]]
    return false;
  // With the weight in front, where it may wrap. The difference to what is expected is
  // the form: 1 for a negative number, plus 4 for each group of zeros that the wire
  // leaves out before the last decimal. Any other difference sets higher bits, or bit 1.
  const uint64_t header = std::rotl(LoadUint64(value), 16);
  const uint64_t form = std::rotl(header - usual_headers_[num_groups], 18);
  if ((form & unusual_forms_[num_groups]) != 0) [[unlikely]]
    return false;
  // Four groups side by side.
  const uint64_t groups = LoadUint64(value + 2 * num_groups) & last_groups_[num_groups];
  constexpr uint64_t kHighBits = 0x8000'8000'8000'8000;
  constexpr uint64_t kToHighBits = 0x0001'0001'0001'0001 * (0x8000 - kNumericGroup);
  if (((groups | (groups + kToHighBits)) & kHighBits) != 0) [[unlikely]]
    return false;  // one of them is 10000 or more
  // Two pairs, then one number: what is above counts less than its place in memory.
  constexpr uint64_t kEverySecond = 0x0000'ffff'0000'ffff;
  constexpr uint64_t kGroupPairs = uint64_t{kNumericGroup} * kNumericGroup;
  const uint64_t pairs =
      groups - (groups >> 16 & kEverySecond) * ((1U << 16) - kNumericGroup);
  const uint64_t sum = pairs - (pairs >> 32) * ((uint64_t{1} << 32) - kGroupPairs);
  // Divides by 10^cut_digits_, which the factor has begun. What cannot be divided exactly
  // becomes larger than any quotient (Granlund and Montgomery, "Division by Invariant
  // Integers").
  const uint64_t quotient = std::rotr(sum * usual_factors_[form], cut_digits_);
  if (quotient > usual_limit_) [[unlikely]]
    return false;
  const auto magnitude = static_cast<Stored>(quotient);
  *result = (form & 1) != 0 ? -magnitude : magnitude;
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
