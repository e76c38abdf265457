#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace carmilla {

/// Parses a moment as AWS writes it: `2024-05-01T12:00:00Z`, also with fractions, `UTC`
/// or `+00:00` at the end. Nothing for other text.
std::optional<std::chrono::system_clock::time_point> ParseAwsTime(std::string_view text);

}  // namespace carmilla
