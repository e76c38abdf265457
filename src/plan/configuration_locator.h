#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>

namespace carmilla {

/// Says which configuration file to read: `flag` (what `--config` was given), else the
/// variable CARMILLA_CONFIG (when not empty), else carmilla.yaml in the current folder. A
/// file that is not there is kConfiguration with a hint.
arrow::Result<std::string> FindConfiguration(const std::optional<std::string>& flag);

}  // namespace carmilla
