#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/opaque_sql.h"

namespace carmilla {

/// Returns where the first statement of `sql` ends: the place of the first `;` that
/// stands in no string, name or comment. Nothing if there is none, so that more lines
/// belong to it.
std::optional<size_t> EndOfStatement(std::string_view sql,
                                     SqlDialect dialect = SqlDialect::kPostgres);

/// Whether `sql` holds nothing but blanks and comments.
bool IsBlankStatement(std::string_view sql, SqlDialect dialect = SqlDialect::kPostgres);

/// Whether nothing but blanks, comments and further semicolons stands behind the first
/// semicolon.
bool IsOneStatement(std::string_view sql, SqlDialect dialect = SqlDialect::kPostgres);

/// `sql` from its first character on that is neither a blank nor part of a comment.
std::string_view WithoutLeadingComments(std::string_view sql,
                                        SqlDialect dialect = SqlDialect::kPostgres);

/// The one statement of `sql`, a view of it, without its semicolon and what stands behind
/// that, and without blanks at its end: so that it can stand between parentheses, where
/// no semicolon may be. Its last line may be a comment. Where several statements are,
/// all of them remain, and whoever is asked to run them says so.
std::string_view WithoutSemicolon(std::string_view sql,
                                  SqlDialect dialect = SqlDialect::kPostgres);

}  // namespace carmilla
