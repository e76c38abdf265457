#pragma once

#include <string_view>

#include <arrow/status.h>

namespace carmilla {

/// kBug unless `key` is a key as ObjectStore defines it: relative, '/'-separated, valid
/// UTF-8, without NUL and without components that are empty or begin with `.`.
arrow::Status CheckObjectKey(std::string_view key);

}  // namespace carmilla
