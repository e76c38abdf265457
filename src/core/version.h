#pragma once

namespace carmilla {

/// The version of this program; CMakeLists.txt checks that it equals the project's.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace carmilla
