#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/terminal.h"

namespace carmilla {

/// Breaks a text between words so that no line is wider than `width` terminal columns,
/// unless a word alone is; `width` 0 breaks nothing. Lines after the first begin with
/// `indent` spaces; the first is taken to begin there, too. What stands in backquotes or
/// double quotes is one word where a line has room for it, because people copy commands.
/// The text must not hold control characters (see DisplayText).
std::string WrapWords(std::string_view text, size_t indent, size_t width);

/// As WrapWords, but the first line begins at the left edge, with any blanks of its own.
/// Lines of `text` that end with a line break are wrapped one by one.
std::string WrapHanging(std::string_view text, size_t indent, size_t width);

/// The width for both: that of the terminal, but no wider than eyes follow easily; 0
/// where nobody looks, so that programs get whole lines.
size_t TextWidth(const Terminal& terminal);

}  // namespace carmilla
