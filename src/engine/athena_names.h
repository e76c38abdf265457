#pragma once

#include <string>
#include <string_view>

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include "engine/table_plan.h"

namespace carmilla {

// Engines find columns of Parquet files by name, without regard to case, and Athena knows
// letters, digits and underscores only. So files for a catalog have names that it knows.

/// The name of a column, or of a member of a composite type, in files for a catalog:
/// itself, or escaped as Lake::EscapeTableName does, so that no two become one but those
/// that differ only in case.
std::string AthenaColumnName(std::string_view name);

/// kConfiguration for the first member within `type` whose name Athena does not know, or
/// that has none.
arrow::Status CheckMembersForAthena(const arrow::DataType& type);

/// Gives the members of composite types of `column` names for Athena.
arrow::Status NameMembersForAthena(ColumnPlan* column);

/// Sets the names under which the columns of `plan` are written, with a remark where
/// they are not PostgreSQL's. kConfiguration for names that differ only in case, which no
/// engine could tell apart.
arrow::Status NameColumnsForAthena(TablePlan* plan);

}  // namespace carmilla
