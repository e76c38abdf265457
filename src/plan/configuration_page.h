#pragma once

#include <string>

namespace carmilla {

/// Renders docs/configuration.md: the rules of the file, then every key from the table
/// that validates it. A test compares the page with this.
std::string RenderConfigurationPage();

}  // namespace carmilla
