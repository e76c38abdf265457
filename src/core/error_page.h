#pragma once

#include <string>

namespace carmilla {

/// Renders docs/errors.md from the table of kinds. A test compares the page with this.
std::string RenderErrorsPage();

}  // namespace carmilla
