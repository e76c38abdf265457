#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// Returns `text` with the ASCII letters in lower case.
std::string LowerCase(std::string_view text);

}  // namespace carmilla
