#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <arrow/array/builder_base.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "aws/athena_client.h"

namespace carmilla {

/// The Arrow type in which the text of a result's column is held: numbers, booleans,
/// dates, timestamps (milliseconds, as Athena prints them) and binary as such, everything
/// else, such as arrays and rows, as Athena prints it.
std::shared_ptr<arrow::DataType> ArrowTypeOfAthena(const AthenaColumn& column);

/// `decimal(12,2)`, `varchar`.
std::string RenderAthenaType(const AthenaColumn& column);

/// Appends a cell's text to the builder of ArrowTypeOfAthena's type. kCorruptData for
/// text that is none of that type.
arrow::Status AppendAthenaText(std::string_view text, const AthenaColumn& column,
                               arrow::ArrayBuilder* builder);

}  // namespace carmilla
