#include "cli/sql_statement.h"

#include <algorithm>
#include <cctype>

namespace carmilla {
namespace {

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Returns the place behind the text that `quote` opens at `at`, or npos if it is open.
size_t SkipQuoted(std::string_view text, size_t at) {
  // A doubled quote closes and opens again, which is the same.
  const size_t end = text.find(text[at], at + 1);
  return end == std::string_view::npos ? end : end + 1;
}

size_t SkipBlockComment(std::string_view text, size_t at) {
  int depth = 0;
  for (; at + 1 < text.size(); ++at) {
    const std::string_view two = text.substr(at, 2);
    if (two == "/*") {
      ++depth;
      ++at;
    } else if (two == "*/") {
      ++at;
      if (--depth == 0) return at + 1;
    }
  }
  return std::string_view::npos;
}

/// Skips `$tag$...$tag$`; `at` + 1 if the `$` opens none.
size_t SkipDollarQuoted(std::string_view text, size_t at) {
  size_t tag_end = at + 1;
  while (tag_end < text.size() && IsWordCharacter(text[tag_end])) ++tag_end;
  if (tag_end == text.size() || text[tag_end] != '$') return at + 1;
  const std::string_view tag = text.substr(at, tag_end + 1 - at);
  const size_t end = text.find(tag, tag_end + 1);
  return end == std::string_view::npos ? end : end + tag.size();
}

/// Returns the place behind the string or comment that begins at `at`, npos if it is
/// open, `at` itself if none begins there.
size_t SkipOpaque(std::string_view text, size_t at) {
  if (text[at] == '\'' || text[at] == '"') return SkipQuoted(text, at);
  if (text[at] == '$' && (at == 0 || !IsWordCharacter(text[at - 1]))) {
    const size_t end = SkipDollarQuoted(text, at);
    return end == at + 1 ? at : end;
  }
  if (text.substr(at, 2) == "/*") return SkipBlockComment(text, at);
  if (text.substr(at, 2) == "--") return std::min(text.find('\n', at), text.size());
  return at;
}

}  // namespace

std::optional<size_t> EndOfStatement(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ';') return at;
    const size_t next = SkipOpaque(text, at);
    if (next == std::string_view::npos) return std::nullopt;
    at = next == at ? at + 1 : next;
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
    at = std::min(SkipOpaque(text, at), text.size());
  }
  return true;
}

}  // namespace carmilla
