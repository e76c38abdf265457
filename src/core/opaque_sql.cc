#include "core/opaque_sql.h"

#include <algorithm>
#include <cctype>

namespace carmilla {
namespace {

constexpr unsigned char kFirstBeyondAscii = 0x80;

using Place = std::optional<size_t>;

Place Behind(size_t found, size_t size) {
  return found == std::string_view::npos ? std::nullopt : Place(found + size);
}

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Of the quote at `at`: does a backslash hide what follows it, as in E'...'?
bool HasEscapes(std::string_view sql, size_t at) {
  if (sql[at] != '\'' || at == 0 || (sql[at - 1] != 'e' && sql[at - 1] != 'E')) {
    return false;
  }
  return at == 1 || (!IsNameCharacter(sql[at - 2]) && sql[at - 2] != '$');
}

size_t EndOfLine(std::string_view sql, size_t at) {
  return std::min(sql.find_first_of("\r\n", at), sql.size());
}

/// Of the quote that goes on with the string that ended before `at`, in another line;
/// npos if it has ended.
size_t Continuation(std::string_view sql, size_t at) {
  constexpr std::string_view kLineBreaks = "\r\n";
  bool is_other_line = false;
  while (at < sql.size() && sql[at] != '\'') {
    if (sql.substr(at, 2) == "--") {
      at = EndOfLine(sql, at);
    } else if (kSqlBlanks.find(sql[at]) != std::string_view::npos) {
      is_other_line |= kLineBreaks.find(sql[at++]) != std::string_view::npos;
    } else {
      break;
    }
  }
  const bool goes_on = is_other_line && sql.substr(at, 1) == "'";
  return goes_on ? at : std::string_view::npos;
}

/// A doubled quote closes and opens again, which is the same without escapes.
Place EndOfPlainQuoted(std::string_view sql, size_t at) {
  return Behind(sql.find(sql[at], at + 1), 1);
}

Place EndOfQuoted(std::string_view sql, size_t at) {
  if (!HasEscapes(sql, at)) return EndOfPlainQuoted(sql, at);
  const char quote = sql[at];
  for (size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] == '\\') {
      ++i;
    } else if (sql[i] == quote) {
      const bool is_doubled = sql.substr(i + 1, 1) == "'";
      const size_t next = is_doubled ? i + 1 : Continuation(sql, i + 1);
      if (next == std::string_view::npos) return i + 1;
      i = next;
    }
  }
  return std::nullopt;
}

Place EndOfBlockComment(std::string_view sql, size_t at) {
  int depth = 0;
  for (; at + 1 < sql.size(); ++at) {
    const std::string_view two = sql.substr(at, 2);
    if (two == "/*") {
      ++depth;
      ++at;
    } else if (two == "*/") {
      ++at;
      if (--depth == 0) return at + 1;
    }
  }
  return std::nullopt;
}

/// `at` if the `$` there opens none: it belongs to a name, or begins a parameter.
Place EndOfDollarQuoted(std::string_view sql, size_t at) {
  if (at > 0 && IsNameCharacter(sql[at - 1])) return at;
  size_t tag_end = at + 1;
  if (tag_end < sql.size() && IsDigit(sql[tag_end])) return at;
  while (tag_end < sql.size() && IsNameCharacter(sql[tag_end])) ++tag_end;
  if (tag_end == sql.size() || sql[tag_end] != '$') return at;
  const std::string_view tag = sql.substr(at, tag_end + 1 - at);
  return Behind(sql.find(tag, tag_end + 1), tag.size());
}

}  // namespace

bool IsNameCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= kFirstBeyondAscii;
}

std::optional<size_t> EndOfOpaque(std::string_view sql, size_t at, SqlDialect dialect) {
  const bool is_trino = dialect == SqlDialect::kTrino;
  if (sql[at] == '\'' || sql[at] == '"') {
    return is_trino ? EndOfPlainQuoted(sql, at) : EndOfQuoted(sql, at);
  }
  if (sql[at] == '$' && !is_trino) return EndOfDollarQuoted(sql, at);
  if (sql.substr(at, 2) == "/*") {
    return is_trino ? Behind(sql.find("*/", at + 2), 2) : EndOfBlockComment(sql, at);
  }
  if (sql.substr(at, 2) == "--") return EndOfLine(sql, at);
  return at;
}

}  // namespace carmilla
