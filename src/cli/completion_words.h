#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"

namespace carmilla {

/// What the scripts of all shells have in common.
std::string Joined(const std::vector<std::string>& words, std::string_view separator);

/// Whether the value of a flag is a directory, or any file.
bool IsDirectory(const FlagDescription& flag);
bool IsFile(const FlagDescription& flag);

/// The commands that are not hidden, and their names.
std::vector<const CommandDescription*> ShownCommands(const CommandDescription& program);
std::vector<std::string> NamesOf(const std::vector<const CommandDescription*>& commands);

/// Every spelling of every flag.
std::vector<std::string> WordsOf(const std::vector<FlagDescription>& flags);

/// The script of one shell.
std::string RenderBashCompletion(const CommandDescription& program);
std::string RenderZshCompletion(const CommandDescription& program);
std::string RenderFishCompletion(const CommandDescription& program);

}  // namespace carmilla
