#include "cli/sql_statement.h"

#include <cctype>

#include "core/opaque_sql.h"

namespace carmilla {

std::optional<size_t> EndOfStatement(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ';') return at;
    const std::optional<size_t> next = EndOfOpaque(text, at);
    if (!next.has_value()) return std::nullopt;
    at = *next == at ? at + 1 : *next;
  }
  return std::nullopt;
}

bool IsBlankStatement(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
      continue;
    }
    const bool is_comment = text.substr(at, 2) == "--" || text.substr(at, 2) == "/*";
    if (!is_comment) return false;
    at = EndOfOpaque(text, at).value_or(text.size());
  }
  return true;
}

}  // namespace carmilla
