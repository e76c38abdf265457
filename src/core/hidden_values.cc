#include "core/hidden_values.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace carmilla {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// A type as engines spell it: `INT32`, `DECIMAL(5,2)`, `TIMESTAMP WITH TIME ZONE`.
bool IsType(std::string_view text) {
  constexpr std::string_view kOthers = "_(), []";
  return !text.empty() && IsUpper(text.front()) && std::ranges::all_of(text, [&](char c) {
    return IsUpper(c) || IsDigit(c) || kOthers.find(c) != std::string_view::npos;
  });
}

/// Where a value may begin.
size_t BeginOfValue(std::string_view text) {
  constexpr std::string_view kBefore = "'\"([{:\\";
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_in_word =
        i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0;
    if (kBefore.find(text[i]) != std::string_view::npos) return i;
    if (!is_in_word && (IsDigit(text[i]) || text[i] == '-')) return i;
    for (const std::string_view word : {"specifier ", "with value "}) {
      if (text.substr(i).starts_with(word)) return i + word.size();
    }
  }
  return std::string_view::npos;
}

/// What stands at the end and is none: ` to INT32 when casting from source column a`.
std::string_view EndOfMessage(std::string_view text) {
  const size_t column =
      std::min(text.rfind(" when casting from source column "), text.size());
  const std::string_view before = text.substr(0, column);
  for (const std::string_view word : {" to type ", " destination type ", " to "}) {
    const size_t found = before.rfind(word);
    if (found == std::string_view::npos) continue;
    if (IsType(before.substr(found + word.size()))) return text.substr(found);
  }
  return text.substr(column);
}

}  // namespace

std::string WithoutValues(std::string_view message) {
  // Tells two types, whatever the values are.
  if (message.starts_with("Unimplemented type for cast")) return std::string(message);
  const size_t begin = BeginOfValue(message);
  if (begin == std::string_view::npos) return std::string(message);
  std::string_view head = message.substr(0, begin);
  while (head.ends_with(' ')) head.remove_suffix(1);
  const std::string_view end = EndOfMessage(message.substr(begin));
  return std::string(head) + " ..." + std::string(end);
}

}  // namespace carmilla
