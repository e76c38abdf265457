#pragma once

#include <optional>
#include <set>
#include <string>

#include <arrow/result.h>

#include "lake/lake.h"
#include "plan/configuration.h"

namespace carmilla {

/// Relations (`schema.table`) that are not new to a lake: those whose rows it holds, and
/// those that its latest run tried or was not asked for. Nothing as long as no run has
/// left a report: then none is new. What cannot be read any more is passed over with a
/// warning.
arrow::Result<std::optional<std::set<std::string>>> ReadKnownRelations(const Lake& lake);

/// True if `configuration` asks which tables are new.
bool AsksForNewTables(const Configuration& configuration);

}  // namespace carmilla
