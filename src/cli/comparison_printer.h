#pragma once

#include <ostream>

#include "cli/terminal.h"
#include "operations/compare.h"

namespace carmilla {

/// One line for people, and a table of the measures that differ.
void PrintComparison(const TableComparison& comparison, std::ostream& out,
                     const Terminal& terminal);

/// Everything, as one line of JSON.
void PrintComparisonJson(const TableComparison& comparison, std::ostream& out);

}  // namespace carmilla
