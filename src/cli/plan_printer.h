#pragma once

#include <ostream>
#include <string>

#include "cli/terminal.h"
#include "engine/table_plan.h"

namespace carmilla {

struct PlanPageOptions {
  std::string lake_path;
  /// Tell what each column becomes. Otherwise it is told only when all of it fits a page.
  bool shows_columns = false;
};

/// Prints what a run would do, for people: the run, then every table in a line, the
/// largest first, then tables one by one with their columns, then what is refused. Lines
/// fit `terminal`, or 80 columns where there is none, apart from rows of tables, which
/// are cut only on a terminal.
void PrintPlan(const RunPlan& plan, const PlanPageOptions& options,
               const Terminal& terminal, std::ostream& out);

}  // namespace carmilla
