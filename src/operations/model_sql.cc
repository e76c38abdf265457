#include "operations/model_sql.h"

#include <array>
#include <string_view>
#include <utility>

namespace carmilla {
namespace {

/// What hides a semicolon, by how it begins and ends.
constexpr auto kHiding = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"--", "\n"}, {"/*", "*/"}, {"'", "'"}, {"\"", "\""}});

/// Where what begins at `position` ends, if it hides semicolons; else the next character.
size_t Skip(std::string_view sql, size_t position) {
  for (const auto& [begin, end] : kHiding) {
    if (!sql.substr(position).starts_with(begin)) continue;
    const size_t found = sql.find(end, position + begin.size());
    return found == std::string_view::npos ? sql.size() : found + end.size();
  }
  return position + 1;
}

}  // namespace

std::string WithoutEnd(const std::string& sql) {
  for (size_t i = 0; i < sql.size(); i = Skip(sql, i)) {
    if (sql[i] == ';') return sql.substr(0, i);
  }
  return sql;
}

bool IsOneStatement(const std::string& sql) {
  constexpr std::string_view kBlanks = " \t\r\n;";
  for (size_t i = WithoutEnd(sql).size(); i < sql.size(); i = Skip(sql, i)) {
    const std::string_view rest = std::string_view(sql).substr(i);
    const bool is_comment = rest.starts_with("--") || rest.starts_with("/*");
    if (!is_comment && kBlanks.find(sql[i]) == std::string_view::npos) return false;
  }
  return true;
}

std::string WithViews(std::span<const QueryView> views, const std::string& sql) {
  std::string text;
  for (const QueryView& view : views) {
    text += (text.empty() ? "WITH \"" : ", \"") + view.name + "\" AS (\n" +
            WithoutEnd(view.sql) + "\n)";
  }
  if (!text.empty()) text += "\n";
  return text + "SELECT * FROM (\n" + WithoutEnd(sql) + "\n) AS carmilla_model";
}

}  // namespace carmilla
