#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace carmilla {

/// Returns where the first statement of `text` ends: the place of the first `;` that
/// stands in no string and no comment (core/opaque_sql.h). Nothing if there is none, so
/// that more lines belong to it.
std::optional<size_t> EndOfStatement(std::string_view text);

/// Whether `text` holds nothing but blanks and comments.
bool IsBlankStatement(std::string_view text);

}  // namespace carmilla
