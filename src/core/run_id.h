#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace carmilla {

/// Makes the id of a run: UTC time to the millisecond, then 6 random hexadecimal digits,
/// such as `20260102T030405678Z-9f3c1a`. Ids sort by time; the random part keeps two runs
/// that start in one millisecond apart.
std::string MakeRunId(std::chrono::system_clock::time_point now);

/// True if `text` has the form of a run id.
bool IsRunId(std::string_view text);

/// Renders the start time of a run id as `2026-01-02 03:04:05`; "" if it is not a run id.
std::string RunIdTime(std::string_view run_id);

}  // namespace carmilla
