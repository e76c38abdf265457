#pragma once

#include <arrow/result.h>

#include "engine/table_plan.h"
#include "engine/task.h"
#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// Plans the rows that a task asks for, within the snapshot of the session's transaction:
/// the columns of the read, in their order, by their declared types or the type table.
///
/// kStaleHeader where the relation, or query, is not what the struct says: a column that
/// is missing, has another type (or, of a struct without types, one that its member does
/// not hold) or may be NULL where the struct has no room. Of a query nobody knows what
/// may be NULL. Else errors as PlanRelation has them, kUnknownRelation
/// and kQuery.
arrow::Result<TablePlan> PlanTaskRead(Session& session,
                                      const Configuration& configuration,
                                      const TaskRead& read);

}  // namespace carmilla
