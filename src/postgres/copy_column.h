#pragma once

#include <cstdint>
#include <string>

#include "types/type_mapping.h"

namespace carmilla {

/// One column of the answer.
struct CopyColumn {
  std::string name;
  TypeMapping mapping;
  ValuePolicies policies;
  bool is_not_null = false;
};

/// Cells (elements, in lists) that need to be told about, per column, as counted so far.
struct PolicyCounts {
  int64_t nan = 0;       ///< Touched by `on_nan`: numeric NaN, Infinity and -Infinity.
  int64_t infinity = 0;  ///< Touched by `on_infinity`.
  int64_t out_of_range = 0;  ///< Touched by `on_out_of_range`.
  int64_t precision = 0;     ///< Touched by `on_precision`.
  int64_t array_shape = 0;   ///< Arrays touched by `on_array_shape`.
  int64_t invalid_utf8 = 0;  ///< Touched by `on_invalid_utf8`.
  int64_t misfit = 0;  ///< Touched by `on_misfit`: JSON that does not fit its column.
  /// Dates and timestamps kept as they are although their year is outside 0001 to 9999,
  /// which not every reader of Parquet understands. No policy touched them.
  int64_t unusual_years = 0;

  /// Cells that a policy touched.
  int64_t total() const {
    return nan + infinity + out_of_range + precision + array_shape + invalid_utf8 +
           misfit;
  }

  bool operator==(const PolicyCounts&) const = default;
  PolicyCounts& operator+=(const PolicyCounts& more) {
    nan += more.nan;
    infinity += more.infinity;
    out_of_range += more.out_of_range;
    precision += more.precision;
    array_shape += more.array_shape;
    invalid_utf8 += more.invalid_utf8;
    misfit += more.misfit;
    unusual_years += more.unusual_years;
    return *this;
  }
};

}  // namespace carmilla
