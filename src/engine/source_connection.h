#pragma once

#include <string>

#include <arrow/result.h>

#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// How to reach the source that `configuration` names; kConfiguration if it names none.
arrow::Result<ConnectionSettings> SourceSettings(const Configuration& configuration,
                                                 const std::string& run_id);

}  // namespace carmilla
