#include "core/sql_statement.h"

namespace carmilla {

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
  std::string_view rest = sql.substr(EndOfStatement(sql, dialect).value_or(sql.size()));
  while (rest.starts_with(';')) rest = WithoutLeadingComments(rest.substr(1), dialect);
  return rest.empty();
}

std::string_view WithoutLeadingComments(std::string_view sql, SqlDialect dialect) {
  size_t at = 0;
  while (at < sql.size()) {
    if (kSqlBlanks.find(sql[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    const bool is_comment = sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*";
    if (!is_comment) break;
    at = EndOfOpaque(sql, at, dialect).value_or(sql.size());
  }
  return sql.substr(at);
}

std::string_view WithoutSemicolon(std::string_view sql, SqlDialect dialect) {
  if (IsOneStatement(sql, dialect)) {
    sql = sql.substr(0, EndOfStatement(sql, dialect).value_or(sql.size()));
  }
  return sql.substr(0, sql.find_last_not_of(kSqlBlanks) + 1);
}

}  // namespace carmilla
