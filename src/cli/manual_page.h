#pragma once

#include <string>

#include "cli/command_table.h"

namespace carmilla {

/// Renders the manual page carmilla(1) of `program` in the man macros of roff.
std::string RenderManualPage(const CommandDescription& program);

}  // namespace carmilla
