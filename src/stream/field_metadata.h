#pragma once

#include <string_view>

namespace carmilla {

/// Metadata of a field of a schema: the SRID of its geometries, in decimal digits.
/// ParquetWriter writes those of all columns into the metadata of the file under
/// kFileSridKey, as an object of JSON from names of columns to numbers.
inline constexpr std::string_view kSridKey = "srid";
inline constexpr std::string_view kFileSridKey = "carmilla:srid";

}  // namespace carmilla
