#pragma once

#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "plan/configuration.h"

namespace carmilla {

/// Writes the SQL that makes the role `name`: a login that may read what the
/// configuration names, and nothing else. Tables with all their columns are granted
/// whole; of others the listed columns, those that `where:` seems to name, and what a run
/// needs of the system columns. No password stands in it. Reads the catalog only; kUsage
/// for a name that PostgreSQL keeps for itself.
arrow::Result<std::string> WriteRoleScript(const Configuration& configuration,
                                           const std::string& name, std::stop_token stop);

}  // namespace carmilla
