#pragma once

#include <string>

namespace carmilla {

/// Renders docs/types.md from TypeTable(). A test compares the page with this.
std::string RenderTypesPage();

/// The same for people who read it elsewhere: without the remark on where it comes from.
std::string DescribeTypes();

}  // namespace carmilla
