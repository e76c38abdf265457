#pragma once

namespace carmilla {

/// The version of this program; configuring the build checks that it equals the
/// project's.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace carmilla
