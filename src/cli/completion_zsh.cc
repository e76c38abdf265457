#include <string>
#include <string_view>
#include <vector>

#include "cli/completion_words.h"

namespace carmilla {
namespace {

/// Text between brackets or behind a colon of _arguments.
std::string ZshText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ZshValues(const FlagDescription& flag) {
  if (!flag.Choices().empty()) return "(" + Joined(flag.Choices(), " ") + ")";
  if (IsDirectory(flag)) return "_files -/";
  return IsFile(flag) ? "_files" : " ";
}

std::string ZshFlags(const std::vector<FlagDescription>& flags) {
  std::string text;
  for (const FlagDescription& flag : flags) {
    for (const std::string& name : flag.names) {
      text += "      '";
      if (flag.is_repeatable) text += '*';
      text += name;
      if (!flag.value.empty() && name.starts_with("--")) text += '=';
      text += "[" + ZshText(flag.description) + "]";
      if (!flag.value.empty()) text += ":value:" + ZshValues(flag);
      text += "'\n";
    }
  }
  return text;
}

std::string ZshArguments(const CommandDescription& command) {
  std::string text;
  for (const FlagDescription& argument : command.arguments) {
    text += "      '" + std::string(argument.is_repeatable ? "*:" : ":") +
            ZshText(argument.description) + ":" + ZshValues(argument) + "'\n";
  }
  return text;
}

}  // namespace

std::string RenderZshCompletion(const CommandDescription& program) {
  const auto commands = ShownCommands(program);
  std::string text = R"(#compdef carmilla
# zsh completion for carmilla; write it into a folder of $fpath as _carmilla, or
# `source <(carmilla completion zsh)`
_carmilla() {
  local -a commands global arguments
  local i command=
  global=(
)";
  text += ZshFlags(program.flags) + "  )\n  commands=(\n";
  for (const CommandDescription* command : commands) {
    text += "    '" + command->name + ":" + ZshText(command->summary) + "'\n";
  }
  text += "  )\n  for ((i = 2; i < CURRENT; i++)); do\n    case ${words[i]} in\n      " +
          Joined(NamesOf(commands), "|") +
          ") command=${words[i]}; break ;;\n    esac\n  done\n  case $command in\n";
  for (const CommandDescription* command : commands) {
    std::vector<FlagDescription> flags = command->flags;
    std::erase_if(flags, [](const FlagDescription& flag) {
      return flag.names.back() == "--help";  // It stands among the global ones.
    });
    text += "    " + command->name + ") arguments=(\n" + ZshFlags(flags) +
            ZshArguments(*command) + "    ) ;;\n";
  }
  text += R"(    *)
      if [[ ${words[CURRENT]} == -* ]]; then
        _arguments -s : $global
      else
        _describe command commands
      fi
      return ;;
  esac
  words=(carmilla "${(@)words[i+1,-1]}")
  ((CURRENT -= i - 1))
  _arguments -s : $global $arguments
}
if [[ $funcstack[1] == _carmilla ]]; then
  _carmilla "$@"
else
  compdef _carmilla carmilla
fi
)";
  return text;
}

}  // namespace carmilla
