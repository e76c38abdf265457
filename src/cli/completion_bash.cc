#include <string>
#include <string_view>
#include <vector>

#include "cli/completion_words.h"

namespace carmilla {
namespace {

std::string BashValues(const FlagDescription& flag) {
  if (!flag.Choices().empty()) return "-W '" + Joined(flag.Choices(), " ") + "'";
  if (IsDirectory(flag)) return "-d";
  return IsFile(flag) ? "-f" : "-W ''";
}

/// The cases of one command: what follows each of its flags.
std::string BashCases(const std::string& command,
                      const std::vector<FlagDescription>& flags) {
  std::string text;
  for (const FlagDescription& flag : flags) {
    if (flag.value.empty()) continue;
    std::vector<std::string> patterns;
    patterns.reserve(flag.names.size());
    for (const std::string& name : flag.names) {
      patterns.push_back((command.empty() ? "*:" : command + ":") + name);
    }
    text += "    " + Joined(patterns, "|") + ") values=\"" + BashValues(flag) + "\" ;;\n";
  }
  return text;
}

std::string BashArguments(const CommandDescription& command) {
  if (command.arguments.empty()) return "-W ''";
  return BashValues(command.arguments.front());
}

}  // namespace

std::string RenderBashCompletion(const CommandDescription& program) {
  const auto commands = ShownCommands(program);
  std::vector<std::string> with_value;
  for (const FlagDescription& flag : program.flags) {
    if (flag.value.empty()) continue;
    with_value.insert(with_value.end(), flag.names.begin(), flag.names.end());
  }
  std::string text =
      R"(# bash completion for carmilla; `source <(carmilla completion bash)`
_carmilla() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command= values= flags= i
  # Bash cuts --flag=value at the sign.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
)";
  text += "      " + Joined(with_value, "|") + ") ((i++)) ;;\n      " +
          Joined(NamesOf(commands), "|") +
          ") command=${COMP_WORDS[i]}; break ;;\n    esac\n  done\n"
          "  case $command:$before in\n";
  for (const CommandDescription* command : commands) {
    text += BashCases(command->name, command->flags);
  }
  text += BashCases("", program.flags) +
          "  esac\n"
          "  if [[ -z $values ]]; then\n"
          "    case $command in\n";
  for (const CommandDescription* command : commands) {
    text += "      " + command->name + ") flags='" +
            Joined(WordsOf(command->flags), " ") + "' values=\"" +
            BashArguments(*command) + "\" ;;\n";
  }
  text += "      *) values=\"-W '" + Joined(NamesOf(commands), " ") +
          "'\" ;;\n    esac\n    if [[ $word == -* ]]; then\n      values=\"-W '$flags " +
          Joined(WordsOf(program.flags), " ") + R"bash('"
    fi
  fi
  case $values in
    -f | -d) compopt -o filenames 2>/dev/null ;;
  esac
  eval "COMPREPLY=(\$(compgen $values -- \"\$word\"))"
}
complete -F _carmilla carmilla
)bash";
  return text;
}

}  // namespace carmilla
