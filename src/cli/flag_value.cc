#include "cli/flag_value.h"

#include <CLI/CLI.hpp>

namespace carmilla {

CLI::Validator NotNegative() {
  // Whether it is a number at all is found out where it is read.
  return {[](std::string& text) -> std::string {
            return text.starts_with('-') ? "must not be negative: " + text : "";
          },
          /*validator_desc=*/""};
}

arrow::Status UnknownChoice(const std::string& flag, const std::string& value,
                            const std::vector<std::string>& choices) {
  const std::string nearest = DidYouMean(value, choices);
  std::string all;
  for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
  return MakeError(
      ErrorKind::kUsage,
      "reading the command line: " + flag + " must be one of " + all + ", not: " + value,
      nearest.empty() ? "`carmilla extract --help` lists the flags" : nearest);
}

}  // namespace carmilla
