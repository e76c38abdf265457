#pragma once

#include <string>

namespace carmilla {

/// Renders docs/types.md from TypeTable(). A test compares the page with this.
std::string RenderTypesPage();

}  // namespace carmilla
