#pragma once

#include <arrow/status.h>

namespace carmilla {

/// The same error with a hint that names the flags of `extract` where it named keys of a
/// configuration, which the user of `extract` does not have. Other hints and OK stay.
arrow::Status WithHintOfExtract(const arrow::Status& status);

}  // namespace carmilla
