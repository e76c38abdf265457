#include "cli/completion.h"

#include <vector>

#include "cli/completion_words.h"
#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {

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

std::vector<const CommandDescription*> ShownCommands(const CommandDescription& program) {
  std::vector<const CommandDescription*> shown;
  for (const CommandDescription& command : program.commands) {
    if (!command.is_hidden) shown.push_back(&command);
  }
  return shown;
}

std::vector<std::string> NamesOf(const std::vector<const CommandDescription*>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
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

arrow::Result<std::string> RenderCompletion(const CommandDescription& program,
                                            std::string_view shell) {
  if (shell == "bash") return RenderBashCompletion(program);
  if (shell == "zsh") return RenderZshCompletion(program);
  if (shell == "fish") return RenderFishCompletion(program);
  const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  const std::string nearest = DidYouMean(shell, shells);
  return MakeError(
      ErrorKind::kUsage,
      "writing the completion: not bash, zsh or fish: " + std::string(shell),
      nearest.empty() ? "`carmilla completion --help` shows how each is used" : nearest);
}

}  // namespace carmilla
