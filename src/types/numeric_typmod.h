#pragma once

#include <cstdint>

namespace carmilla {

/// What a typmod >= 4 of numeric says: numeric(precision, scale).
struct NumericTypmod {
  int32_t precision = 0;
  int32_t scale =
      0;  ///< -1000 to 1000; negative or above the precision from PostgreSQL 15 on.
};

/// Unpacks a typmod as make_numeric_typmod() of PostgreSQL's numeric.c packs it: 16 bits
/// of precision above 11 bits of scale in two's complement, plus 4.
constexpr NumericTypmod UnpackNumericTypmod(int32_t typmod) {
  const int32_t packed = typmod - 4;
  return {.precision = (packed >> 16) & 0xFFFF,
          .scale = ((packed & 0x7FF) ^ 0x400) - 0x400};
}

/// The other way round.
constexpr int32_t PackNumericTypmod(const NumericTypmod& numeric) {
  return ((numeric.precision << 16) | (numeric.scale & 0x7FF)) + 4;
}

}  // namespace carmilla
