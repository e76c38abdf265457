#include "operations/model_sql.h"

#include "core/sql_statement.h"

namespace carmilla {
namespace {

/// A comment in the last line must not swallow the parenthesis.
std::string InParentheses(std::string_view sql, SqlDialect dialect) {
  return "(\n" + std::string(WithoutSemicolon(sql, dialect)) + "\n)";
}

}  // namespace

std::string WithViews(std::span<const QueryView> views, const std::string& sql,
                      SqlDialect dialect) {
  std::string text;
  for (const QueryView& view : views) {
    text += (text.empty() ? "WITH \"" : ", \"") + view.name + "\" AS " +
            InParentheses(view.sql, dialect);
  }
  if (!text.empty()) text += "\n";
  return text + "SELECT * FROM " + InParentheses(sql, dialect) + " AS carmilla_model";
}

}  // namespace carmilla
