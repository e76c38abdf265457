#pragma once

#include <string>

#include "engine/table_plan.h"

namespace carmilla {

/// Writes everything that a plan decides, and the estimates, as JSON
/// (docs/formats/plan.md). The same plan always gives the same text.
std::string SerializeRunPlan(const RunPlan& plan);

}  // namespace carmilla
