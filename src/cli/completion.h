#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

#include "cli/command_table.h"

namespace carmilla {

/// Renders the completion script of `shell` (bash, zsh or fish) for `program`: commands,
/// flags, choices, and files and directories where a value is one. kUsage for another
/// shell.
arrow::Result<std::string> RenderCompletion(const CommandDescription& program,
                                            std::string_view shell);

}  // namespace carmilla
