#include "operations/aws_check_table.h"

#include <arrow/array.h>
#include <arrow/json/from_string.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/time.h>

#include <utility>

#include "core/error.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

using Type = std::shared_ptr<arrow::DataType>;

/// A column that is compared as it is.
CheckedColumn Plain(std::string name, Type type, std::string glue, std::string json) {
  CheckedColumn column{
      .name = std::move(name), .type = type, .glue = std::move(glue), .json = json};
  column.values = {{column.name, std::move(type), std::move(json)}};
  return column;
}

/// One whose parts are compared; `sql` of a part follows the column's name.
CheckedColumn Nested(std::string name, Type type, std::string glue, std::string json,
                     std::vector<CheckedValue> parts) {
  for (CheckedValue& part : parts) part.sql.insert(0, name);
  return {.name = std::move(name),
          .type = std::move(type),
          .glue = std::move(glue),
          .json = std::move(json),
          .values = std::move(parts)};
}

CheckedColumn Decimal(std::string name, const Type& type, std::string json) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
  return Plain(std::move(name), type,
               "decimal(" + std::to_string(decimal.precision()) + "," +
                   std::to_string(decimal.scale()) + ")",
               std::move(json));
}

/// `[1, null, 3]` of some type.
CheckedColumn ListOf(std::string name, const Type& element, const std::string& glue) {
  return Nested(std::move(name), arrow::list(element), "array<" + glue + ">",
                "[1, null, 3]",
                {{"[1]", element, "1"}, {"[2]", element, "null"}, {"[3]", element, "3"}});
}

std::vector<CheckedColumn> MakeColumns() {
  using namespace arrow;  // NOLINT: a table of types reads best without their namespace
  const auto local = timestamp(TimeUnit::MICRO);
  const auto utc = timestamp(TimeUnit::MICRO, "UTC");
  const auto price = decimal64(12, 2);
  const auto composite =
      struct_({field("a", int32()), field("b", utf8()), field("c", price)});
  const std::string range_glue =
      "struct<lower:bigint,upper:bigint,lower_inc:boolean,upper_inc:boolean,"
      "empty:boolean>";
  const std::string range_json =
      R"({"lower": 1, "upper": null, "lower_inc": true, "upper_inc": false,)"
      R"( "empty": false})";
  const std::string moment = R"("2024-02-29 12:34:56.789")";
  return {
      Plain("c_boolean", boolean(), "boolean", "true"),
      Plain("c_smallint", int16(), "smallint", "-32768"),
      Plain("c_int", int32(), "int", "-2147483648"),
      Plain("c_bigint", int64(), "bigint", "9223372036854775807"),
      Plain("c_float", float32(), "float", "0.1"),
      Plain("c_double", float64(), "double", "0.1"),
      Decimal("c_decimal_9_2", decimal32(9, 2), R"("-1234567.89")"),
      Decimal("c_decimal_18_4", decimal64(18, 4), R"("12345678901234.5678")"),
      Decimal("c_decimal_38_9", decimal128(38, 9),
              R"("-12345678901234567890123456789.123456789")"),
      Decimal("c_decimal_20_0", decimal128(20, 0), R"("18446744073709551615")"),
      Decimal("c_money", decimal128(19, 2), R"("-92233720368547758.08")"),
      Plain("c_string", utf8(), "string", R"("Größe 🜚, \"quoted\"\nand a line")"),
      Plain("c_empty", utf8(), "string", R"("")"),
      Plain("c_null", utf8(), "string", "null"),
      Plain("c_binary", binary(), "binary", R"("\u0000\u0001~")"),
      Plain("c_date", date32(), "date", "19782"),
      Plain("c_timestamp", local, "timestamp", moment),
      Plain("c_timestamptz", utc, "timestamp", moment),
      Nested("c_map", map(utf8(), utf8()), "map<string,string>",
             R"([["k", "v"], ["nothing", null]])",
             {{"['k']", utf8(), R"("v")"}, {"['nothing']", utf8(), "null"}}),
      ListOf("c_ints", int32(), "int"),
      ListOf("c_smallints", int16(), "smallint"),
      ListOf("c_bigints", int64(), "bigint"),
      ListOf("c_floats", float32(), "float"),
      Nested("c_composite", composite, "struct<a:int,b:string,c:decimal(12,2)>",
             R"({"a": 7, "b": null, "c": "-0.01"})",
             {{".a", int32(), "7"}, {".b", utf8(), "null"}, {".c", price, R"("-0.01")"}}),
      Nested("c_range", RangeType(int64()), range_glue, range_json,
             {{".lower", int64(), "1"},
              {".upper", int64(), "null"},
              {".lower_inc", boolean(), "true"},
              {".upper_inc", boolean(), "false"},
              {".empty", boolean(), "false"}}),
      Nested("c_multirange", list(RangeType(int64())), "array<" + range_glue + ">",
             "[" + range_json + "]",
             {{"[1].lower", int64(), "1"}, {"[1].empty", boolean(), "false"}}),
  };
}

/// The one text of a value, whichever engine's type it came in.
arrow::Result<std::string> TextOf(const arrow::Array& array) {
  ARROW_ASSIGN_OR_RAISE(const auto scalar, array.GetScalar(0));
  if (!scalar->is_valid) return "null";
  if (scalar->type->id() == arrow::Type::TIMESTAMP) {
    const auto& type = static_cast<const arrow::TimestampType&>(*scalar->type);
    const auto& moment = static_cast<const arrow::TimestampScalar&>(*scalar);
    ARROW_ASSIGN_OR_RAISE(const int64_t micros,
                          arrow::util::ConvertTimestampValue(
                              arrow::timestamp(type.unit()),
                              arrow::timestamp(arrow::TimeUnit::MICRO), moment.value));
    return "timestamp " + std::to_string(micros);
  }
  // Behind a word that no null and no other kind has.
  return (arrow::is_base_binary_like(scalar->type->id()) ? "bytes " : "value ") +
         scalar->ToString();
}

arrow::Result<std::string> WrittenText(const CheckedValue& value) {
  ARROW_ASSIGN_OR_RAISE(const auto array, arrow::json::ArrayFromJSONString(
                                              value.type, "[" + value.json + "]"));
  return TextOf(*array);
}

}  // namespace

const std::vector<CheckedColumn>& CheckedColumns() {
  static const std::vector<CheckedColumn> columns = MakeColumns();
  return columns;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> CheckedRow() {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const CheckedColumn& column : CheckedColumns()) {
    fields.push_back(arrow::field(column.name, column.type));
    ARROW_ASSIGN_OR_RAISE(auto array, arrow::json::ArrayFromJSONString(
                                          column.type, "[" + column.json + "]"));
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), 1, std::move(arrays));
}

std::vector<CatalogColumn> CheckedCatalogColumns() {
  std::vector<CatalogColumn> columns;
  for (const CheckedColumn& column : CheckedColumns()) {
    columns.push_back({.name = column.name, .type = column.glue});
  }
  return columns;
}

std::string CheckedSelect(const std::vector<CheckedColumn>& columns,
                          const std::string& table, const std::string& condition) {
  std::string sql;
  int number = 0;
  for (const CheckedColumn& column : columns) {
    for (const CheckedValue& value : column.values) {
      sql += sql.empty() ? "SELECT " : ", ";
      sql += value.sql + " AS v" + std::to_string(number++);
    }
  }
  sql += " FROM " + table;
  return condition.empty() ? sql : sql + " WHERE " + condition;
}

arrow::Status CompareChecked(const std::vector<CheckedColumn>& columns,
                             QueryResult& answer, const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const auto batch, answer.Next(stop));
  const int64_t num_rows = batch == nullptr ? 0 : batch->num_rows();
  if (num_rows != 1) {
    return MakeError(ErrorKind::kCorruptData,
                     "comparing what was read with what was written: one row was "
                     "written, and the answer has " +
                         std::to_string(num_rows));
  }
  std::string differing;
  int number = 0;
  for (const CheckedColumn& column : columns) {
    bool is_same = true;
    for (const CheckedValue& value : column.values) {
      if (number >= batch->num_columns()) return arrow::Status::Invalid("columns");
      ARROW_ASSIGN_OR_RAISE(const std::string written, WrittenText(value));
      ARROW_ASSIGN_OR_RAISE(const std::string read, TextOf(*batch->column(number++)));
      is_same = is_same && read == written;
    }
    if (!is_same) {
      differing +=
          (differing.empty() ? "" : ", ") + column.name + " (" + column.glue + ")";
    }
  }
  if (differing.empty()) return arrow::Status::OK();
  return MakeError(
      ErrorKind::kCorruptData,
      "comparing what was read with what was written: other values in " + differing);
}

}  // namespace carmilla
