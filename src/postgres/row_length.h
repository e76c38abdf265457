#pragma once

#include <cstdint>
#include <string_view>

namespace carmilla {

/// How many bytes the fields of a row have, their own lengths included.
struct RowLength {
  int64_t bytes = 0;
  bool is_whole = false;  ///< Otherwise they have so many at least.
};

/// Looks at the lengths of `num_fields` fields, as far as `fields`, the beginning of
/// them, goes. They may lie.
RowLength LengthOfFields(std::string_view fields, int32_t num_fields);

}  // namespace carmilla
