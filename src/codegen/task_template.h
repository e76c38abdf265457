#pragma once

#include <string>
#include <string_view>

#include "codegen/model_header.h"

namespace carmilla {

/// Returns the name of the table that the template's task writes: `orders_report`.
std::string ReportNameOf(const ModelHeader& header);

/// Writes a task to begin with: it streams the rows of `header`, which users include as
/// `include`, copies some columns into a record and writes a table of them. Compiles and
/// runs as it is.
std::string WriteTaskTemplate(const ModelHeader& header, std::string_view include);

/// Writes a test of that task, which needs no database: it gives a row and looks at the
/// one that the task has written. Compiles and passes as it is.
std::string WriteTaskTestTemplate(const ModelHeader& header, std::string_view include);

}  // namespace carmilla
