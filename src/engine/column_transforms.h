#pragma once

#include <arrow/status.h>

#include "engine/table_plan.h"
#include "plan/configuration.h"
#include "types/table_description.h"

namespace carmilla {

/// Refuses names in `derive:`, `drop:` and `mask:` that stand for no column, with their
/// place; then takes the columns out of `table` that a mask drops: nobody reads them.
arrow::Status TakeOutMaskedColumns(const Configuration& configuration,
                                   const TableConfiguration& settings,
                                   TableDescription* table);

/// Decides how what is read of `plan` becomes what is written: plan->columns, which are
/// those of the relation before, are then those of the files. Does nothing where the
/// configuration asks for nothing. kConfiguration, with the place, for what cannot be.
arrow::Status PlanTransforms(const Configuration& configuration,
                             const TableConfiguration& settings, TablePlan* plan);

}  // namespace carmilla
