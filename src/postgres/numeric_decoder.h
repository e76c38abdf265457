#pragma once

#include <cstdint>

#include "postgres/copy_format.h"

namespace carmilla {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

/// What became of a numeric on the wire.
enum class NumericOutcome : uint8_t {
  kValue,
  kNan,         ///< NaN, Infinity or -Infinity, which no decimal can hold.
  kOutOfRange,  ///< More digits before or after the point than the decimal has.
  kMalformed,   ///< Not what numeric_send writes.
};

/// Turns base-10000 digits into integers scaled by 10^scale, exactly. `Integer` is
/// int64_t for a precision up to 18, Int128 up to 38.
template <typename Integer>
class DecimalConverter {
 public:
  DecimalConverter(int32_t precision, int32_t scale);

  /// Sets `*result` if the outcome is kValue.
  NumericOutcome Convert(const char* value, int32_t size, Integer* result) const;

 private:
  using Unsigned = std::conditional_t<sizeof(Integer) == 8, uint64_t, Uint128>;

  NumericOutcome Fraction(const char* value, int32_t num_digits, int32_t next,
                          int32_t exponent, Unsigned* sum) const;

  int32_t scale_;
  Unsigned largest_;      // 10^precision - 1
  Unsigned group_limit_;  // the largest number that can take another group of four digits
};

extern template class DecimalConverter<int64_t>;
extern template class DecimalConverter<Int128>;

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
