#pragma once

#include <compare>

namespace carmilla {

/// A place in the configuration file.
struct SourcePosition {
  int line = 0;    ///< From 1; 0 when not from a file (`--set`).
  int column = 0;  ///< From 1, in characters.

  auto operator<=>(const SourcePosition&) const = default;
};

}  // namespace carmilla
