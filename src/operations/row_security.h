#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carmilla {

/// Why a run refuses a table with row-level security. The one place that says so to the
/// readers of `init`, `doctor` and `role`.
inline constexpr std::string_view kRowSecurityReason =
    "row-level security hides rows from the role, and a run refuses to copy a part";

/// What the owner of such a table may decide for `role`, as lines of SQL.
std::vector<std::string> RowSecurityCures(const std::string& role);

}  // namespace carmilla
