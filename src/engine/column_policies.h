#pragma once

#include <arrow/result.h>

#include "plan/configuration.h"
#include "types/table_description.h"
#include "types/type_mapping.h"

namespace carmilla {

/// How one column travels, and what becomes of values that its type cannot hold.
struct ColumnForm {
  TypeMapping mapping;
  ValuePolicies policies;  ///< Those that are about the mapping; the others are kError.
};

/// Maps a column as its table's entry declares it, or by the type table. Its policies are
/// its own, else those of its table; one that says text makes text of the column.
/// kConfiguration if one of its own is about values that the column cannot have, or keeps
/// as they are, or if it cannot be what is declared; kUnsupportedType as MapType.
arrow::Result<ColumnForm> FormOf(const TableConfiguration& settings,
                                 const ColumnDescription& column);

}  // namespace carmilla
