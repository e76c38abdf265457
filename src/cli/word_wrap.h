#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace carmilla {

/// Breaks a text between words so that no line is wider than `width` terminal columns,
/// unless a word alone is. Lines after the first begin with `indent` spaces; the first is
/// taken to begin there, too. The text must not hold control characters (see
/// DisplayText).
std::string WrapWords(std::string_view text, size_t indent, size_t width);

}  // namespace carmilla
