#pragma once

#include <cstdint>

#include <arrow/status.h>

#include "carmilla/internal/backend.h"

namespace carmilla::internal {

/// Take memory until the task ends, for what is named: kOutOfMemory, which tells what
/// grew, when the task has no more.
arrow::Status ReserveForRows(Backend* backend, int64_t bytes);
arrow::Status ReserveForIndex(Backend* backend, int64_t bytes, int64_t rows);
arrow::Status ReserveForGroups(Backend* backend, int64_t bytes, int64_t groups);

}  // namespace carmilla::internal
