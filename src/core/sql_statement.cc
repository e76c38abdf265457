#include "core/sql_statement.h"

namespace carmilla {
namespace {

constexpr std::string_view kBlanks = " \t\f\v\r\n";

/// Whether `sql` holds nothing but comments and characters of `ignored`.
bool HoldsNothingBut(std::string_view ignored, std::string_view sql, SqlDialect dialect) {
  for (size_t at = 0; at < sql.size();) {
    if (ignored.find(sql[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    const bool is_comment = sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*";
    if (!is_comment) return false;
    at = EndOfOpaque(sql, at, dialect).value_or(sql.size());
  }
  return true;
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
  return HoldsNothingBut(kBlanks, sql, dialect);
}

bool IsOneStatement(std::string_view sql, SqlDialect dialect) {
  constexpr std::string_view kBlanksAndEnd = " \t\f\v\r\n;";
  const size_t end = EndOfStatement(sql, dialect).value_or(sql.size());
  return HoldsNothingBut(kBlanksAndEnd, sql.substr(end), dialect);
}

std::string_view WithoutSemicolon(std::string_view sql, SqlDialect dialect) {
  if (IsOneStatement(sql, dialect)) {
    sql = sql.substr(0, EndOfStatement(sql, dialect).value_or(sql.size()));
  }
  return sql.substr(0, sql.find_last_not_of(kBlanks) + 1);
}

}  // namespace carmilla
