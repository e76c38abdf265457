#include "cli/usage_error.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "core/suggest.h"

namespace carmilla {
namespace {

/// All flags and commands that the parser knows at the place of the mistake.
std::vector<std::string> KnownWords(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* level : {&app, app.get_parent()}) {
    if (level == nullptr) continue;
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    for (const CLI::App* command :
         level->get_subcommands([](const CLI::App*) { return true; })) {
      words.push_back(command->get_name());
    }
  }
  return words;
}

/// What the parser says of a value, in our words; its own are of no help to people.
std::string ProblemOf(const CLI::ParseError& error) {
  std::string text = error.what();
  constexpr std::string_view kNotConverted = "Could not convert: ";
  constexpr std::string_view kIs = " = ";
  constexpr std::string_view kLacking = ": 1 required ";
  constexpr std::string_view kMissing = " missing";
  const size_t is = text.find(kIs);
  if (text.starts_with(kNotConverted) && is != std::string::npos) {
    return text.substr(kNotConverted.size(), is - kNotConverted.size()) +
           " does not take this value: " + text.substr(is + kIs.size());
  }
  const size_t lacking = text.find(kLacking);
  if (lacking != std::string::npos && text.ends_with(kMissing)) {
    const size_t what = lacking + kLacking.size();
    return text.substr(0, lacking) +
           " needs a value: " + text.substr(what, text.size() - kMissing.size() - what);
  }
  return text;
}

}  // namespace

arrow::Status UsageError(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& level = chosen.empty() ? app : *chosen.front();
  const std::string help =
      chosen.empty() ? "`carmilla --help` lists the commands"
                     : "`carmilla " + level.get_name() + " --help` lists the flags";
  // A command passes what it does not know on to its parent (fallthrough).
  const std::vector<std::string> extra = app.remaining(/*recurse=*/true);
  if (!extra.empty()) {
    // What follows an unknown flag may be its value: the flag is the mistake.
    const auto flag = std::ranges::find_if(
        extra, [](const std::string& word) { return word.starts_with('-'); });
    const std::string& word = flag != extra.end() ? *flag : extra.front();
    // Only the name: what follows may hold a password, as in --sorce=postgres://...
    const std::string mistake = word.substr(0, word.find_first_of("=:"));
    const std::string nearest = DidYouMean(mistake, KnownWords(level));
    std::string problem = chosen.empty() ? "unknown command: " : "unexpected argument: ";
    if (flag != extra.end()) problem = "unknown flag: ";
    return MakeError(ErrorKind::kUsage, "reading the command line: " + problem + mistake,
                     nearest.empty() ? help : nearest);
  }
  return MakeError(ErrorKind::kUsage, "reading the command line: " + ProblemOf(error),
                   help);
}

}  // namespace carmilla
