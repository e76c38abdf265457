#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace carmilla {

/// One column of the sample: its type, and its values as JSON text in Arrow's notation.
struct SampleColumn {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string json;
};

/// Every type that a column of ours can have, with NULL at every depth, extremes, empty
/// values, lists and maps, in six rows. For tests.
std::vector<SampleColumn> SampleColumns();

/// Builds the sample; throws std::runtime_error, which fails the test.
std::shared_ptr<arrow::RecordBatch> SampleBatch();

/// Builds one array from JSON text; throws likewise.
std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::string& json);

/// Builds `num_rows` rows of ids, prices, low- and high-cardinality text and NULLs; the
/// same for the same arguments. Throws likewise.
std::shared_ptr<arrow::RecordBatch> OrderRows(int64_t first, int64_t num_rows);

/// Builds rows whose bounds are easily got wrong, in stretches of 5,000: NaN alone and
/// beside others, zeros of either sign, negative and wide decimals, UUIDs, booleans,
/// times, long texts, and all that inside of lists and structs; the same for the same
/// arguments. Throws likewise.
std::shared_ptr<arrow::RecordBatch> BoundedRows(int64_t first, int64_t num_rows);

}  // namespace carmilla
