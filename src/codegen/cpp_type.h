#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "types/postgres_type.h"

namespace carmilla {

/// The type of a member that holds the values of a column, without std::optional.
struct CppType {
  std::string text;  ///< `int64_t`, `carmilla::Decimal<12, 2>`, `models::mood`.
  /// The enum that it is or is a list of; null where it is none. Lives as long as the
  /// column's type.
  const PostgresType* enumeration = nullptr;
};

/// Chooses the type for a column by the type table (types/type_mapping.h). Composites,
/// ranges, hstore and lists of them are text, and so are uuids, times of day and
/// intervals in lists. kUnsupportedType names `column`.
arrow::Result<CppType> CppTypeOf(const PostgresType& type, int32_t typmod,
                                 std::string_view column);

/// Returns the name of the enumeration of an enum: `models::sales::mood`.
std::string CppEnumName(const PostgresType& type);

}  // namespace carmilla
