#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace carmilla {

/// True if a value of carmilla.yaml can say `text` literally: it is UTF-8, not empty, and
/// not taken for `env:` or `file:`.
bool IsWritable(std::string_view text);

/// Writes UTF-8 text as a scalar on one line that every YAML parser reads back as it was,
/// in lists, too: plain where it is safe, else in double quotes.
std::string WriteScalar(std::string_view text);

/// Writes `[a, b]`; a list wider than `width` columns continues on lines that begin with
/// `indent` spaces.
std::string WriteList(std::span<const std::string> items, size_t indent, size_t width);

/// Makes any text fit to stand in a comment: line breaks and control characters are
/// escaped, bytes that are no UTF-8 replaced.
std::string CommentText(std::string_view text);

}  // namespace carmilla
