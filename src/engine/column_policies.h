#pragma once

#include <arrow/result.h>

#include "plan/configuration.h"
#include "types/table_description.h"
#include "types/type_mapping.h"

namespace carmilla {

/// The policies of one column: its own, else those of its table where they are about its
/// form. kConfiguration if one of its own is about values that the column cannot have, or
/// keeps as they are.
arrow::Result<ValuePolicies> PoliciesFor(const TableConfiguration& settings,
                                         const ColumnDescription& column,
                                         const TypeMapping& mapping);

}  // namespace carmilla
