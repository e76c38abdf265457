#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// Writes a double-quoted YAML scalar, for hints that tell what to add to a
/// configuration.
std::string QuoteForYaml(std::string_view text);

}  // namespace carmilla
