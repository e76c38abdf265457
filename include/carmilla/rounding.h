#pragma once

#include <cstdint>

#include "carmilla/wide_integer.h"

namespace carmilla {

/// Where a value goes that lies between two decimals of the wanted scale.
enum class Rounding : uint8_t {
  kHalfUp,    ///< To the nearest; halves away from zero, as PostgreSQL's round(numeric).
  kHalfEven,  ///< To the nearest; halves to the even digit, as banks do.
  kDown,      ///< Towards zero, as PostgreSQL's trunc(numeric).
  kUp,        ///< Away from zero.
  kFloor,     ///< To the smaller one.
  kCeiling,   ///< To the greater one.
};

namespace internal {

/// Whether a quotient with this remainder moves away from zero.
template <typename Unsigned>
constexpr bool MovesAway(Unsigned quotient, Unsigned remainder, Unsigned divisor,
                         bool is_negative, Rounding rounding) {
  if (remainder == 0) return false;
  const Unsigned rest = divisor - remainder;
  switch (rounding) {
    case Rounding::kHalfUp:
      return remainder >= rest;
    case Rounding::kHalfEven:
      return remainder > rest || (remainder == rest && quotient % 2 == 1);
    case Rounding::kDown:
      return false;
    case Rounding::kUp:
      return true;
    case Rounding::kFloor:
      return is_negative;
    case Rounding::kCeiling:
      return !is_negative;
  }
  return false;
}

template <typename Unsigned>
constexpr Unsigned DivideMagnitudes(Unsigned dividend, Unsigned divisor, bool is_negative,
                                    Rounding rounding) {
  const Unsigned quotient = dividend / divisor;
  const Unsigned remainder = dividend - quotient * divisor;
  return quotient +
         (MovesAway(quotient, remainder, divisor, is_negative, rounding) ? 1 : 0);
}

/// Divides; 64 bits are divided as such, which is several times as fast. The divisor is
/// not zero.
constexpr Int128 DivideRounded(Int128 dividend, Int128 divisor, Rounding rounding) {
  constexpr UInt128 kMost64 = ~uint64_t{0};
  const bool is_negative = (dividend < 0) != (divisor < 0);
  const UInt128 above = MagnitudeOf(dividend);
  const UInt128 below = MagnitudeOf(divisor);
  UInt128 quotient = 0;
  if (above <= kMost64 && below <= kMost64) {
    quotient = DivideMagnitudes(static_cast<uint64_t>(above),
                                static_cast<uint64_t>(below), is_negative, rounding);
  } else {
    quotient = DivideMagnitudes(above, below, is_negative, rounding);
  }
  const auto result = static_cast<Int128>(quotient);
  return is_negative ? -result : result;
}

}  // namespace internal
}  // namespace carmilla
