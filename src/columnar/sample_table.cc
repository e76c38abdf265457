#include "columnar/sample_table.h"

#include <stdexcept>

#include <arrow/builder.h>
#include <arrow/json/from_string.h>

namespace carmilla {
namespace {

template <typename T>
T ValueOrThrow(arrow::Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return *std::move(result);
}

void ThrowUnlessOk(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

}  // namespace

std::vector<SampleColumn> SampleColumns() {
  using namespace arrow;  // NOLINT: a table of types reads best without their namespace
  const auto micros = TimeUnit::MICRO;
  return {
      {"boolean", boolean(), "[true, false, null, true, null, false]"},
      {"int16", int16(), "[-32768, 32767, null, 0, 1, -1]"},
      {"int32", int32(), "[-2147483648, 2147483647, null, 0, 1, -1]"},
      {"int64", int64(), "[-9223372036854775808, 9223372036854775807, null, 0, 1, -1]"},
      {"float", float32(), "[-0.0, 0.0, null, 1.5, NaN, -Inf]"},
      {"double", float64(), "[-0.0, 0.0, null, 1e300, NaN, Inf]"},
      {"decimal32", decimal32(9, 2),
       R"(["-9999999.99", "9999999.99", null, "0.00", "0.01", "-0.01"])"},
      {"decimal64", decimal64(18, 0),
       R"(["-999999999999999999", "999999999999999999", null, "0", "1", "-1"])"},
      {"decimal128", decimal128(38, 9),
       R"(["-99999999999999999999999999999.999999999", "0.000000001", null,
           "0.000000000", "18446744073.709551616", "-1.000000000"])"},
      {"string", utf8(), R"(["", "a", null, "Größe 🜚", "NULL", "tab\there"])"},
      {"binary", binary(), R"(["", "a", null, "\u0000\u0001", "0", " "])"},
      {"date", date32(), "[-719162, 2932896, null, 0, 1, -1]"},
      {"timestamp", timestamp(micros),
       R"(["0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999", null,
           "1970-01-01 00:00:00.000000", "2024-02-29 12:00:00.000001",
           "1969-12-31 23:59:59.999999"])"},
      {"timestamptz", timestamp(micros, "UTC"),
       R"(["0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999", null,
           "1970-01-01 00:00:00.000000", "2024-02-29 12:00:00.000001",
           "1969-12-31 23:59:59.999999"])"},
      {"int32_list", list(int32()), "[[1, 2, 3], [], null, [null], [1, null, 3], [0]]"},
      {"string_list", list(utf8()),
       R"([["a", ""], [], null, [null, "b"], ["a,b", "{}"], ["x"]])"},
      {"decimal_list", list(decimal64(12, 2)),
       R"([["1.50", "-0.01"], [], null, [null], ["2.00"], ["0.00"]])"},
      {"nested_list", list(list(int64())),
       "[[[1], [2, 3]], [], null, [null, []], [[null]], [[0]]]"},
      {"Name with \"quotes\", spaces\nand ünïcode.", utf8(),
       R"(["1", "2", "3", "4", "5", "6"])"},
  };
}

std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::string& json) {
  return ValueOrThrow(arrow::json::ArrayFromJSONString(type, json));
}

std::shared_ptr<arrow::RecordBatch> SampleBatch() {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const SampleColumn& column : SampleColumns()) {
    fields.push_back(arrow::field(column.name, column.type));
    arrays.push_back(ArrayOf(column.type, column.json));
  }
  const int64_t num_rows = arrays.front()->length();
  return arrow::RecordBatch::Make(arrow::schema(fields), num_rows, arrays);
}

std::shared_ptr<arrow::RecordBatch> OrderRows(int64_t first, int64_t num_rows) {
  arrow::Int64Builder ids;
  arrow::Decimal64Builder prices(arrow::decimal64(12, 2));
  arrow::StringBuilder states;
  arrow::StringBuilder notes;
  for (int64_t row = first; row < first + num_rows; ++row) {
    const auto random = static_cast<uint64_t>(row) * 0x9E3779B97F4A7C15;
    ThrowUnlessOk(ids.Append(row));
    ThrowUnlessOk(
        prices.Append(arrow::Decimal64(static_cast<int64_t>(random % 1000003))));
    ThrowUnlessOk(states.Append(random % 3 == 0 ? "open" : "shipped"));
    ThrowUnlessOk(random % 7 == 0 ? notes.AppendNull()
                                  : notes.Append("note " + std::to_string(random)));
  }
  return arrow::RecordBatch::Make(
      arrow::schema({arrow::field("id", arrow::int64(), /*nullable=*/false),
                     arrow::field("price", prices.type()),
                     arrow::field("state", arrow::utf8()),
                     arrow::field("note", arrow::utf8())}),
      num_rows,
      {ValueOrThrow(ids.Finish()), ValueOrThrow(prices.Finish()),
       ValueOrThrow(states.Finish()), ValueOrThrow(notes.Finish())});
}

}  // namespace carmilla
