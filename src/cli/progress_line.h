#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/terminal.h"

namespace carmilla {

/// What one line of the live display tells.
struct ProgressLine {
  std::string name;  ///< Without control characters.
  int64_t rows = 0;
  double share = -1;             ///< 0 to 1; -1 if not known.
  double bytes_per_second = -1;  ///< -1 if not known yet.
  std::chrono::milliseconds elapsed{0};
};

/// Draws `  orders  [=====>     ]  48 %   161,234 rows  12.3 MiB/s  ETA 12 s` in at most
/// `width` columns, names padded to `name_width`. Where it gets narrow, the bar goes
/// first, then the rate. Without a share the bar wanders and there is no ETA.
std::string RenderProgressLine(const ProgressLine& line, size_t name_width, size_t width,
                               const Terminal& terminal);

}  // namespace carmilla
