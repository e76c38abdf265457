#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace carmilla {

/// Returns the candidate nearest to `word` by edit distance (case ignored; of equally
/// near ones that of the same case), else the only one that begins with it, or nothing
/// when none is near enough to be a likely slip of the pen.
std::optional<std::string> Nearest(std::string_view word,
                                   std::span<const std::string> candidates);

/// Renders `did you mean "x"?` for the nearest candidate, or "" when there is none.
std::string DidYouMean(std::string_view word, std::span<const std::string> candidates);

}  // namespace carmilla
