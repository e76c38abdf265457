#pragma once

#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// Whether a member of type `member` holds every value of a column of type `stored`: the
/// same type, a wider integer or floating point number, or a decimal with room for all
/// digits. Names and flags of the elements of lists do not count.
bool HasRoomFor(const arrow::DataType& member, const arrow::DataType& stored);

/// Gives `values` the type of a member that has room for them. Copies none where the type
/// differs in names only.
arrow::Result<std::shared_ptr<arrow::Array>> Widen(
    const std::shared_ptr<arrow::Array>& values,
    const std::shared_ptr<arrow::DataType>& member);

}  // namespace carmilla
