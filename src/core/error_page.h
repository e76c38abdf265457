#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// Renders docs/errors.md from the table of kinds. A test compares the page with this.
std::string RenderErrorsPage();

/// Renders all kinds with their exit codes as a table for a terminal of 80 columns.
std::string RenderErrorList();

/// Renders the section of one kind (`permission`) or exit code (`77`), as the page has
/// it; a paragraph is one line. kUsage with the nearest name if there is none.
arrow::Result<std::string> RenderErrorTopic(std::string_view topic);

}  // namespace carmilla
