#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace carmilla {

/// One character of UTF-8 text as a terminal shows it.
struct DisplayCharacter {
  std::string_view bytes;  ///< U+FFFD in place of a byte that is no UTF-8.
  int width = 1;  ///< Terminal columns: 0 for combining marks, 2 for wide characters.
};

/// Takes the first character off `text`, which must not be empty.
DisplayCharacter TakeCharacter(std::string_view* text);

/// Returns the terminal columns of a text without control characters.
size_t DisplayWidth(std::string_view text);

/// Replaces control characters by `\n`, `\t`, `\r` or `\xNN` and bytes that are no UTF-8
/// by U+FFFD.
std::string DisplayText(std::string_view text);

/// Cuts a text to at most `width` columns (at least 1); what was cut shows as `…`.
std::string TruncateToWidth(std::string_view text, size_t width);

}  // namespace carmilla
