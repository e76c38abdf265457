#pragma once

#include <span>
#include <string>
#include <string_view>

namespace carmilla {

/// Quotes a name so that DuckDB reads exactly it.
std::string QuoteDuckIdentifier(std::string_view name);

/// Quotes a text as a literal that is exactly it.
std::string QuoteDuckText(std::string_view text);

/// An EXPLAIN taken apart. DuckDB's parser stays the judge of `statement`.
struct ExplainText {
  bool is_analyze = false;
  std::string statement;  ///< What is to be explained.
};

/// Takes `EXPLAIN [ANALYZE] statement` apart, past leading blanks and comments. Of any
/// other text the `statement` is empty.
ExplainText TakeExplainApart(std::string_view sql);

/// A common table expression.
struct CommonExpression {
  std::string name;
  std::string select;
};

/// Puts `expressions` before those that the SELECT `sql` has itself, and behind its
/// EXPLAIN. Text that is no SELECT stays as it is.
std::string WithExpressions(std::span<const CommonExpression> expressions,
                            std::string_view sql);

}  // namespace carmilla
