#pragma once

#include <memory>

#include <arrow/array/array_base.h>
#include <arrow/result.h>

namespace carmilla {

/// Returns `array` without the elements of lists and maps that are NULL themselves, or
/// lie in a struct that is NULL. Arrow allows them, the Parquet library does not. The
/// values are the same; nothing is copied where nothing is hidden.
arrow::Result<std::shared_ptr<arrow::Array>> DropHiddenElements(
    std::shared_ptr<arrow::Array> array);

}  // namespace carmilla
