#pragma once

#include <cstdint>
#include <string_view>

namespace carmilla {

__extension__ using Int128 = __int128;

/// What came of a number.
enum class NumberFit : uint8_t {
  kExact,
  kTooLarge,  ///< Beyond the digits asked for.
  kTooFine,   ///< It has digits behind the last one that is kept.
};

/// Computes `number` times 10^`scale` exactly. `number` must be as JSON writes one; its
/// exponent may be as large as it likes. `precision` (at most 38) is how many digits the
/// result may have. Trailing zeros do not count: 1.50 fits a scale of 1.
NumberFit ScaleExactly(std::string_view number, int32_t precision, int32_t scale,
                       Int128* result);

}  // namespace carmilla
