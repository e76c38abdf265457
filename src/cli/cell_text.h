#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arrow/type_fwd.h>

namespace carmilla {

/// Whether a cell holds no value, also where a dictionary says so.
bool IsNullCell(const arrow::Array& array, int64_t row);

/// Appends the value of a cell that is not NULL as plain text (see result_printer.h).
void AppendCellText(const arrow::Array& array, int64_t row, std::string* out);

/// Appends a cell as one JSON value; NULL is `null`.
void AppendCellJson(const arrow::Array& array, int64_t row, std::string* out);

/// Appends a JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);

/// Whether values of the type stand right in a table.
bool IsNumber(const arrow::DataType& type);

}  // namespace carmilla
