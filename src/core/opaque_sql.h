#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace carmilla {

/// Whether `c` may stand inside of a name of SQL; every byte of a letter beyond ASCII
/// may.
bool IsNameCharacter(char c);

/// Returns the place behind the text that begins at `at` and in which nothing of SQL has
/// a meaning: '...', E'...', "...", $tag$...$tag$, -- and nested /* */. `at` itself if
/// none begins there, nothing if it does not end.
std::optional<size_t> EndOfOpaque(std::string_view sql, size_t at);

}  // namespace carmilla
