#pragma once

#include <map>
#include <string>
#include <string_view>

#include <arrow/result.h>

#include "plan/lake_location.h"

namespace carmilla {

/// Databases of tables that are not in that of their lake, by the names of the tables.
using OwnDatabases = std::map<std::string, std::string>;

OwnDatabases DatabasesOf(const GlueConfiguration& glue);

/// `sql` for Athena, which finds those of the tables that it names without a database: a
/// SELECT gets a common table expression for each. Other statements stay as they are.
arrow::Result<std::string> InOwnDatabases(const OwnDatabases& databases,
                                          std::string_view sql);

}  // namespace carmilla
