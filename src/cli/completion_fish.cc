#include <string>
#include <string_view>
#include <vector>

#include "cli/completion_words.h"

namespace carmilla {
namespace {

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

}  // namespace

std::string RenderFishCompletion(const CommandDescription& program) {
  const auto commands = ShownCommands(program);
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

}  // namespace carmilla
