#include "cli/completion.h"

#include <vector>

#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {
namespace {

std::string Joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

bool IsDirectory(const FlagDescription& flag) { return flag.value == "DIR"; }
bool IsFile(const FlagDescription& flag) {
  return flag.value == "FILE" || flag.value == "PATH";
}

std::vector<const CommandDescription*> Shown(const CommandDescription& program) {
  std::vector<const CommandDescription*> shown;
  for (const CommandDescription& command : program.commands) {
    if (!command.is_hidden) shown.push_back(&command);
  }
  return shown;
}

std::vector<std::string> NamesOf(const std::vector<const CommandDescription*>& commands) {
  std::vector<std::string> names;
  for (const CommandDescription* command : commands) names.push_back(command->name);
  return names;
}

std::vector<std::string> WordsOf(const std::vector<FlagDescription>& flags) {
  std::vector<std::string> words;
  for (const FlagDescription& flag : flags) {
    words.insert(words.end(), flag.names.begin(), flag.names.end());
  }
  return words;
}

// ---- bash

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

std::string RenderBash(const CommandDescription& program) {
  const auto commands = Shown(program);
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

// ---- zsh

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

std::string RenderZsh(const CommandDescription& program) {
  const auto commands = Shown(program);
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

// ---- fish

std::string FishText(std::string_view text) {
  std::string escaped = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "'";
}

std::string FishFlags(const std::string& condition,
                      const std::vector<FlagDescription>& flags) {
  std::string text;
  for (const FlagDescription& flag : flags) {
    text += "complete -c carmilla" + condition;
    for (const std::string& name : flag.names) {
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!flag.Choices().empty()) {
      text += " -x -a " + FishText(Joined(flag.Choices(), " "));
    } else if (IsDirectory(flag)) {
      text += " -x -a '(__fish_complete_directories)'";
    } else if (!flag.value.empty()) {
      text += IsFile(flag) ? " -r -F" : " -x";
    }
    text += " -d " + FishText(flag.description) + "\n";
  }
  return text;
}

std::string RenderFish(const CommandDescription& program) {
  const auto commands = Shown(program);
  const std::string names = Joined(NamesOf(commands), " ");
  std::string text =
      "# fish completion for carmilla; write it to ~/.config/fish/completions/\n"
      "complete -c carmilla -f\n";
  for (const CommandDescription* command : commands) {
    text += "complete -c carmilla -n 'not __fish_seen_subcommand_from " + names +
            "' -a " + command->name + " -d " + FishText(command->summary) + "\n";
  }
  text += FishFlags("", program.flags);
  for (const CommandDescription* command : commands) {
    const std::string condition =
        " -n '__fish_seen_subcommand_from " + command->name + "'";
    text += FishFlags(condition, command->flags);
    if (command->arguments.empty()) continue;
    const FlagDescription& argument = command->arguments.front();
    if (!argument.Choices().empty()) {
      text += "complete -c carmilla" + condition + " -a " +
              FishText(Joined(argument.Choices(), " ")) + "\n";
    }
  }
  return text;
}

}  // namespace

arrow::Result<std::string> RenderCompletion(const CommandDescription& program,
                                            std::string_view shell) {
  if (shell == "bash") return RenderBash(program);
  if (shell == "zsh") return RenderZsh(program);
  if (shell == "fish") return RenderFish(program);
  const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  const std::string nearest = DidYouMean(shell, shells);
  return MakeError(
      ErrorKind::kUsage,
      "writing the completion: not bash, zsh or fish: " + std::string(shell),
      nearest.empty() ? "`carmilla completion --help` shows how each is used" : nearest);
}

}  // namespace carmilla
