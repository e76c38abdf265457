#include "core/sql_statement.h"

namespace carmilla {
namespace {

constexpr std::string_view kBlanks = " \t\f\v\r\n";

/// What follows comments and characters of `ignored` at the beginning of `sql`.
std::string_view Behind(std::string_view ignored, std::string_view sql,
                        SqlDialect dialect) {
  size_t at = 0;
  while (at < sql.size()) {
    if (ignored.find(sql[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    const bool is_comment = sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*";
    if (!is_comment) break;
    at = EndOfOpaque(sql, at, dialect).value_or(sql.size());
  }
  return sql.substr(at);
}

}  // namespace

std::optional<size_t> EndOfStatement(std::string_view sql, SqlDialect dialect) {
  for (size_t at = 0; at < sql.size();) {
    if (sql[at] == ';') return at;
    const std::optional<size_t> next = EndOfOpaque(sql, at, dialect);
    if (!next.has_value()) return std::nullopt;
    at = *next == at ? at + 1 : *next;
  }
  return std::nullopt;
}

bool IsBlankStatement(std::string_view sql, SqlDialect dialect) {
  return WithoutLeadingComments(sql, dialect).empty();
}

bool IsOneStatement(std::string_view sql, SqlDialect dialect) {
  constexpr std::string_view kBlanksAndEnd = " \t\f\v\r\n;";
  const size_t end = EndOfStatement(sql, dialect).value_or(sql.size());
  return Behind(kBlanksAndEnd, sql.substr(end), dialect).empty();
}

std::string_view WithoutLeadingComments(std::string_view sql, SqlDialect dialect) {
  return Behind(kBlanks, sql, dialect);
}

std::string_view WithoutSemicolon(std::string_view sql, SqlDialect dialect) {
  if (IsOneStatement(sql, dialect)) {
    sql = sql.substr(0, EndOfStatement(sql, dialect).value_or(sql.size()));
  }
  return sql.substr(0, sql.find_last_not_of(kBlanks) + 1);
}

}  // namespace carmilla
