#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// Returns `text` with the ASCII letters in lower case.
std::string LowerCase(std::string_view text);

/// Returns whether the two differ at most in the case of ASCII letters.
bool EqualsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace carmilla
