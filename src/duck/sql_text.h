#pragma once

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

}  // namespace carmilla
