#include "cli/flag_value.h"

#include <vector>

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
                            std::span<const std::string_view> names) {
  const std::vector<std::string> words(names.begin(), names.end());
  const std::string nearest = DidYouMean(value, words);
  std::string all;
  for (const std::string_view name : names)
    all += (all.empty() ? "" : ", ") + std::string(name);
  return MakeError(
      ErrorKind::kUsage,
      "reading the command line: " + flag + " must be one of " + all + ", not: " + value,
      nearest.empty() ? "such as " + flag + " " + words.front() : nearest);
}

}  // namespace carmilla
