#include "duck/sql_text.h"

#include <cctype>

#include "core/sql_statement.h"

namespace carmilla {
namespace {

std::string Quote(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

/// Removes `word` (upper case) from the front of `sql` if it stands there as a whole
/// word.
bool ConsumeWord(std::string_view word, std::string_view* sql) {
  const std::string_view rest = WithoutLeadingComments(*sql);
  if (rest.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(rest[i])) != word[i]) return false;
  }
  if (rest.size() > word.size()) {
    const auto next = static_cast<unsigned char>(rest[word.size()]);
    if (std::isalnum(next) != 0 || next == '_' || next >= 0x80) return false;
  }
  *sql = rest.substr(word.size());
  return true;
}

}  // namespace

std::string QuoteDuckIdentifier(std::string_view name) { return Quote(name, '"'); }

std::string QuoteDuckText(std::string_view text) { return Quote(text, '\''); }

ExplainText TakeExplainApart(std::string_view sql) {
  ExplainText parts;
  if (!ConsumeWord("EXPLAIN", &sql)) return parts;
  parts.is_analyze = ConsumeWord("ANALYZE", &sql);
  parts.statement = std::string(WithoutLeadingComments(sql));
  return parts;
}

std::string WithExpressions(std::span<const CommonExpression> expressions,
                            std::string_view sql) {
  if (expressions.empty()) return std::string(sql);
  std::string text;
  for (const auto& [name, select] : expressions) {
    text +=
        (text.empty() ? "" : ", ") + QuoteDuckIdentifier(name) + " AS (" + select + ")";
  }
  std::string_view rest = sql;
  if (ConsumeWord("EXPLAIN", &rest)) ConsumeWord("ANALYZE", &rest);
  const bool is_explained = rest.size() < sql.size();
  if (ConsumeWord("WITH", &rest)) {
    ConsumeWord("RECURSIVE", &rest);
    const std::string_view begin = sql.substr(0, sql.size() - rest.size());
    return std::string(begin) + " " + text + "," + std::string(rest);
  }
  std::string_view statement = rest;
  const bool is_select = ConsumeWord("SELECT", &statement) ||
                         ConsumeWord("VALUES", &statement) ||
                         ConsumeWord("TABLE", &statement) ||
                         (!is_explained && WithoutLeadingComments(rest).starts_with('('));
  if (!is_select) return std::string(sql);
  const std::string_view begin = sql.substr(0, sql.size() - rest.size());
  return std::string(begin) + (begin.empty() ? "" : " ") + "WITH " + text + " " +
         std::string(rest);
}

}  // namespace carmilla
