#pragma once

#include <array>
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
                                                Stored* result) const;

 private:
  using Unsigned = std::conditional_t<sizeof(Integer) == 8, uint64_t, Uint128>;
  static constexpr auto kLargestPower =
      static_cast<int32_t>(kPowersOfTen<Unsigned>.size()) - 1;

  [[gnu::noinline]] static NumericOutcome Special(int32_t num_digits, uint16_t sign);

  int32_t scale_;
  Unsigned largest_;      // 10^precision - 1
  Unsigned group_limit_;  // the largest number that can take another group of four digits
};

extern template class DecimalConverter<int64_t>;
extern template class DecimalConverter<Int128>;

/// One digit on the wire holds four decimal ones.
inline constexpr uint32_t kNumericGroup = 10000;
inline constexpr int32_t kNumericGroupDigits = 4;

/// The digits of a group that stand before the last decimal, and 10^their number.
struct NumericGroupPart {
  uint32_t kept;
  uint32_t power;
  bool is_exact;  ///< Nothing but zeros was cut off.
};

/// `exponent` is -1, -2 or -3: the power of ten, after scaling, that the group counts in.
inline NumericGroupPart CutNumericGroup(uint32_t group, int32_t exponent) {
  // Divisions by constants are multiplications.
  // NOLINTBEGIN(readability-avoid-nested-conditional-operator): three cases, one line
  // each.
  const uint32_t kept = exponent == -2   ? group / 100
                        : exponent == -1 ? group / 10
                                         : group / 1000;
  const uint32_t cut = exponent == -2 ? 100 : exponent == -1 ? 10 : 1000;
  const uint32_t power = exponent == -2 ? 100 : exponent == -1 ? 1000 : 10;
  // NOLINTEND(readability-avoid-nested-conditional-operator)
  return {.kept = kept, .power = power, .is_exact = kept * cut == group};
}

// Here and not in the .cc because it is the hottest loop of all: it must become part of
// its caller.
template <typename Integer>
template <typename Stored>
inline NumericOutcome DecimalConverter<Integer>::Convert(const char* value, int32_t size,
                                                         Stored* result) const {
  if (size < kNumericHeaderBytes) [[unlikely]]
    return NumericOutcome::kMalformed;
  const uint64_t header = LoadUint64(value);
  const auto num_digits = static_cast<int32_t>(header >> 48);
  const auto weight = static_cast<int16_t>(header >> 32);
  const auto sign = static_cast<uint16_t>(header >> 16);
  if (size != kNumericHeaderBytes + 2 * num_digits) [[unlikely]] {
    return NumericOutcome::kMalformed;
  }
  if ((sign & ~kNumericNegative) != 0) [[unlikely]]
    return Special(num_digits, sign);
  const char* digit = value + kNumericHeaderBytes;
  const char* const end = value + size;
  Unsigned sum = 0;
  // The power of ten, after scaling, that the next group counts in.
  int32_t exponent = kNumericGroupDigits * weight + scale_;
  for (; digit != end && exponent >= 0; digit += 2, exponent -= kNumericGroupDigits) {
    const uint32_t group = LoadUint16(digit);
    if (group >= kNumericGroup) [[unlikely]]
      return NumericOutcome::kMalformed;
    if (sum > group_limit_) [[unlikely]]
      return NumericOutcome::kOutOfRange;
    sum = sum * kNumericGroup + group;
  }
  if (digit == end) {
    // The wire leaves out trailing groups of zeros.
    const int32_t power = exponent + kNumericGroupDigits;
    if (power > 0 && sum != 0) {
      if (power > kLargestPower ||
          __builtin_mul_overflow(sum, kPowersOfTen<Unsigned>[static_cast<size_t>(power)],
                                 &sum)) [[unlikely]] {
        return NumericOutcome::kOutOfRange;
      }
    }
  } else {
    if (exponent > -kNumericGroupDigits) {
      const uint32_t group = LoadUint16(digit);
      if (group >= kNumericGroup) [[unlikely]]
        return NumericOutcome::kMalformed;
      const NumericGroupPart part = CutNumericGroup(group, exponent);
      if (!part.is_exact || __builtin_mul_overflow(sum, Unsigned{part.power}, &sum) ||
          sum > largest_) [[unlikely]] {
        return NumericOutcome::kOutOfRange;
      }
      sum += part.kept;
      digit += 2;
    }
    for (; digit != end; digit += 2) {  // what lies behind the last decimal must be zero
      if (LoadUint16(digit) != 0) return NumericOutcome::kOutOfRange;
    }
  }
  if (sum > largest_) [[unlikely]]
    return NumericOutcome::kOutOfRange;
  const auto magnitude = static_cast<Stored>(sum);
  *result = sign == kNumericNegative ? -magnitude : magnitude;
  return NumericOutcome::kValue;
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
