#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace carmilla {

/// What may stand between the words of SQL, besides comments.
inline constexpr std::string_view kSqlBlanks = " \t\f\v\r\n";

/// Whose rules tell what ends a string or a comment.
enum class SqlDialect {
  kPostgres,  ///< PostgreSQL, and DuckDB, whose lexer is PostgreSQL's.
  kTrino,     ///< Athena: comments do not nest, and neither E'...' nor $$ are known.
};

/// Whether `c` may stand inside of a name of SQL; every byte of a letter beyond ASCII
/// may.
bool IsNameCharacter(char c);

/// Returns the place behind the text that begins at `at` and in which nothing of SQL has
/// a meaning: '...', E'...', "...", $tag$...$tag$, -- and nested /* */, as far as
/// `dialect` has them. `at` itself if none begins there, nothing if it does not end.
std::optional<size_t> EndOfOpaque(std::string_view sql, size_t at,
                                  SqlDialect dialect = SqlDialect::kPostgres);

}  // namespace carmilla
