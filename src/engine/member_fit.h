#pragma once

#include <memory>
#include <span>
#include <string>

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

/// Tells of a member that does not hold its column: `id is bigint and its member int32`.
std::string Misfit(const std::string& column, const std::string& type,
                   const std::string& member);

/// kStaleHeader with all `problems`, one for each column of a struct, "" for those that
/// fit; OK if all do. `source` completes "the struct is not what".
arrow::Status RefuseMisfits(const std::string& doing, const std::string& source,
                            std::span<const std::string> problems, std::string hint);

}  // namespace carmilla
