#pragma once

#include <ostream>

#include "engine/table_plan.h"

namespace carmilla {

/// Prints what a run would do, table by table, for people.
void PrintPlan(const RunPlan& plan, std::ostream& out);

}  // namespace carmilla
