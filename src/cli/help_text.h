#pragma once

#include <string>

#include "cli/command_table.h"

namespace carmilla {

/// What `-h` prints: one screen of 80 columns and 24 lines. `program` is the table of the
/// whole program, `command` one of its commands or the program itself.
std::string RenderShortHelp(const CommandDescription& program,
                            const CommandDescription& command);

/// What `--help` prints: the same with examples and the flags that every command knows,
/// in 80 columns.
std::string RenderLongHelp(const CommandDescription& program,
                           const CommandDescription& command);

/// `carmilla run [FLAGS] [TABLE ...]`.
std::string UsageText(const CommandDescription& program,
                      const CommandDescription& command);

}  // namespace carmilla
