#pragma once

#include <set>
#include <string>
#include <string_view>

#include "codegen/model_header.h"

namespace carmilla {

/// Returns a name for a task of `header` and for the table that it writes:
/// `orders_report`. Tables have the names `taken` (in lower case), and a run refuses a
/// task of such a name; it gets a number then.
std::string ReportNameOf(const ModelHeader& header, const std::set<std::string>& taken);

/// Writes a task `report` to begin with: it streams the rows of `header`, which users
/// include as `include`, copies some columns into a record and writes a table of them.
/// Compiles and runs as it is.
std::string WriteTaskTemplate(const ModelHeader& header, std::string_view include,
                              std::string_view report);

/// Writes a test of that task, which needs no database: it gives a row and looks at the
/// one that the task has written. Compiles and passes as it is.
std::string WriteTaskTestTemplate(const ModelHeader& header, std::string_view include,
                                  std::string_view report);

}  // namespace carmilla
