#include "columnar/sample_table.h"

#include <limits>
#include <stdexcept>
#include <utility>

#include <arrow/array/util.h>
#include <arrow/builder.h>
#include <arrow/extension/uuid.h>
#include <arrow/extension_type.h>
#include <arrow/json/from_string.h>

#include "columnar/stored_type.h"

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

/// The members of a range, which are never NULL but for its bounds.
std::shared_ptr<arrow::DataType> RangeOf(const std::shared_ptr<arrow::DataType>& bound) {
  return arrow::struct_({arrow::field("lower", bound), arrow::field("upper", bound),
                         arrow::field("lower_inc", arrow::boolean(), /*nullable=*/false),
                         arrow::field("upper_inc", arrow::boolean(), /*nullable=*/false),
                         arrow::field("empty", arrow::boolean(), /*nullable=*/false)});
}

/// Returns `type` without extensions, which Arrow's JSON does not know, in it or in a
/// list.
std::shared_ptr<arrow::DataType> Plain(const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() == arrow::Type::LIST) return arrow::list(Plain(type->field(0)->type()));
  return type->id() == arrow::Type::EXTENSION
             ? static_cast<const arrow::ExtensionType&>(*type).storage_type()
             : type;
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
      {"uint64", decimal128(20, 0),
       R"(["18446744073709551615", "0", null, "9223372036854775808", "1", "255"])"},
      {"money", decimal128(19, 2),
       R"(["-92233720368547758.08", "92233720368547758.07", null, "0.00", "0.01",
           "-0.01"])"},
      {"uuid", extension::uuid(),
       R"(["0123456789abcdef",
           "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
           null, "\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f",
           "fedcba9876543210", "0123456789abcdee"])"},
      {"time", time64(micros), "[0, 86399999999, null, 43200000000, 1, 3661000001]"},
      {"timestamp_ms", timestamp(TimeUnit::MILLI),
       R"(["0001-01-01 00:00:00.000", "9999-12-31 23:59:59.999", null,
           "1970-01-01 00:00:00.000", "2024-02-29 12:00:00.001",
           "1969-12-31 23:59:59.999"])"},
      {"timestamptz_ms", timestamp(TimeUnit::MILLI, "UTC"),
       R"(["0001-01-01 00:00:00.000", "9999-12-31 23:59:59.999", null,
           "1970-01-01 00:00:00.000", "2024-02-29 12:00:00.001",
           "1969-12-31 23:59:59.999"])"},
      {"float_list", list(float32()),
       "[[1.5, -0.0], [], null, [null, 0.0], [-2.25], [NaN, Inf]]"},
      {"boolean_list", list(boolean()),
       "[[true, false], [], null, [null], [false], [true, null, true]]"},
      {"uuid_list", list(extension::uuid()),
       R"([["0123456789abcdef", null], [], null, [null], ["fedcba9876543210"],
           ["0123456789abcdef"]])"},
      {"composite",
       struct_({field("a", int32()), field("b", utf8()), field("c", decimal64(12, 2)),
                field("d", timestamp(micros))}),
       R"([{"a": 1, "b": "x", "c": "1.50", "d": "2024-02-29 12:00:00.000001"},
           {"a": null, "b": null, "c": null, "d": null}, null,
           {"a": 0, "b": "", "c": "0.00", "d": null},
           {"a": -1, "b": null, "c": "-0.01", "d": "1970-01-01 00:00:00.000000"},
           {"a": null, "b": "y", "c": null, "d": null}])"},
      {"nested_composite",
       struct_({field("tags", list(utf8())),
                field("inner", struct_({field("n", int64()), field("on", boolean()),
                                        field("of", list(list(int16())))})),
                field("wide", decimal128(38, 9))}),
       R"([{"tags": ["a", null], "inner": {"n": 1, "on": true, "of": [[1], [], null]},
            "wide": "-99999999999999999999999999999.999999999"},
           {"tags": [], "inner": null, "wide": "0.000000001"}, null,
           {"tags": null, "inner": {"n": null, "on": null, "of": null}, "wide": null},
           {"tags": [null], "inner": {"n": 2, "on": false, "of": []}, "wide": null},
           {"tags": [""], "inner": {"n": null, "on": true, "of": [[null, 3]]},
            "wide": "0.000000000"}])"},
      {"range", RangeOf(int64()),
       R"([{"lower": 1, "upper": 5, "lower_inc": true, "upper_inc": false, "empty": false},
           {"lower": null, "upper": null, "lower_inc": false, "upper_inc": false,
            "empty": true}, null,
           {"lower": null, "upper": 9, "lower_inc": false, "upper_inc": false,
            "empty": false},
           {"lower": null, "upper": null, "lower_inc": false, "upper_inc": false,
            "empty": false},
           {"lower": -5, "upper": null, "lower_inc": true, "upper_inc": false,
            "empty": false}])"},
      {"multirange", list(RangeOf(decimal128(30, 6))),
       R"([[{"lower": "1.000000", "upper": "5.000000", "lower_inc": true,
             "upper_inc": true, "empty": false},
            {"lower": "999999999999999999999999.999999", "upper": null,
             "lower_inc": false, "upper_inc": false, "empty": false}], [], null,
           [{"lower": null, "upper": null, "lower_inc": false, "upper_inc": false,
             "empty": false}], [null],
           [{"lower": null, "upper": "-0.000001", "lower_inc": false, "upper_inc": true,
             "empty": false}]])"},
      {"composite_list",
       list(struct_({field("id", int32()), field("tags", list(utf8())),
                     field("at", struct_({field("x", float64())}))})),
       R"([[{"id": 1, "tags": ["a", "b"], "at": {"x": 1.5}}, null], [], null,
           [{"id": null, "tags": null, "at": null}],
           [{"id": 2, "tags": [], "at": {"x": null}},
            {"id": 3, "tags": [null], "at": {"x": -0.0}}],
           [null, null]])"},
      {"hstore", map(utf8(), utf8()),
       R"([[["a", "1"], ["b", null]], [], null, [["", ""]], [["k", null]],
           [["a", "1"], ["aa", "2"], ["Größe", "🜚"]]])"},
      {"nested_map", map(utf8(), list(struct_({field("n", int64())}))),
       R"([[["a", [{"n": 1}, null]]], [], null, [["b", null]], [["c", []]],
           [["d", [{"n": null}]], ["e", [{"n": 2}]]]])"},
      {"Name with \"quotes\", spaces\nand ünïcode.", utf8(),
       R"(["1", "2", "3", "4", "5", "6"])"},
  };
}

std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                      const std::string& json) {
  const auto storage = ValueOrThrow(arrow::json::ArrayFromJSONString(Plain(type), json));
  return arrow::MakeArray(WithType(*storage->data(), type));
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

namespace {

constexpr int64_t kStretch = 5000;

double FractionOf(int64_t row) {
  const auto value = static_cast<double>(row) - 12000.5;
  switch (row / kStretch % 5) {
    case 1:
      return std::numeric_limits<double>::quiet_NaN();
    case 2:
      return row % 2 == 0 ? -0.0 : 0.0;
    case 3:
      return row % 3 == 0 ? std::numeric_limits<double>::quiet_NaN() : value;
    default:
      return row % 1000 == 0 ? -std::numeric_limits<double>::infinity() : value;
  }
}

/// The values of one leaf of a row, for a builder of its type.
struct RowValues {
  int64_t row;

  uint64_t random() const { return static_cast<uint64_t>(row) * 0x9E3779B97F4A7C15; }

  arrow::Status AppendTo(arrow::ArrayBuilder& builder) const {
    using arrow::Type;
    if (random() % 11 == 0) return builder.AppendNull();
    switch (builder.type()->id()) {
      case Type::BOOL:
        return static_cast<arrow::BooleanBuilder&>(builder).Append(row / kStretch % 3 ==
                                                                   1);
      case Type::INT64:
        return static_cast<arrow::Int64Builder&>(builder).Append(row - 12000);
      case Type::DOUBLE:
        return static_cast<arrow::DoubleBuilder&>(builder).Append(FractionOf(row));
      case Type::TIME64:
        return static_cast<arrow::Time64Builder&>(builder).Append(row * 1000001);
      case Type::TIMESTAMP:
        return static_cast<arrow::TimestampBuilder&>(builder).Append((row - 9000) *
                                                                     100000007);
      case Type::DECIMAL128:
        return static_cast<arrow::Decimal128Builder&>(builder).Append(
            arrow::Decimal128(row / 100 - 120, random()));
      case Type::STRING: {
        const size_t length = row / kStretch == 3 ? 5000 : 8;
        std::string text = std::to_string(1000000 + row);
        return static_cast<arrow::StringBuilder&>(builder).Append(
            text.append(length - 7, 'x'));
      }
      default: {
        std::string bytes(16, static_cast<char>(row / 64));
        bytes[1] = static_cast<char>(row % 64);
        return static_cast<arrow::FixedSizeBinaryBuilder&>(builder).Append(bytes);
      }
    }
  }

  arrow::Status AppendAnyTo(arrow::ArrayBuilder& builder) const {
    if (builder.type()->id() == arrow::Type::LIST) {
      auto& list = static_cast<arrow::ListBuilder&>(builder);
      ARROW_RETURN_NOT_OK(list.Append());
      for (int64_t i = 0; i < row % 3; ++i) {
        ARROW_RETURN_NOT_OK(RowValues{row + i}.AppendAnyTo(*list.value_builder()));
      }
      return arrow::Status::OK();
    }
    if (builder.type()->id() != arrow::Type::STRUCT) return AppendTo(builder);
    auto& members = static_cast<arrow::StructBuilder&>(builder);
    if (random() % 13 == 0) return members.AppendNull();
    ARROW_RETURN_NOT_OK(members.Append());
    for (int i = 0; i < members.num_fields(); ++i) {
      ARROW_RETURN_NOT_OK(AppendAnyTo(*members.field_builder(i)));
    }
    return arrow::Status::OK();
  }
};

std::shared_ptr<arrow::Schema> BoundedSchema() {
  using namespace arrow;  // NOLINT: a table of types reads best without their namespace
  const auto item = struct_({field("n", int64()), field("x", float64()),
                             field("wide", decimal128(30, 6)), field("on", boolean())});
  return schema({field("n", int64()), field("x", float64()),
                 field("wide", decimal128(38, 9)), field("amount", decimal128(30, 0)),
                 field("id", extension::uuid()), field("is", boolean()),
                 field("at", timestamp(TimeUnit::MILLI)),
                 field("clock", time64(TimeUnit::MICRO)), field("name", utf8()),
                 field("item", item), field("fractions", list(float64())),
                 field("wides", list(decimal128(30, 6))), field("items", list(item)),
                 field("deep", struct_({field("items", list(item))}))});
}

}  // namespace

std::shared_ptr<arrow::RecordBatch> BoundedRows(int64_t first, int64_t num_rows) {
  const auto schema = BoundedSchema();
  arrow::ArrayVector columns;
  for (const auto& field : schema->fields()) {
    const auto builder = ValueOrThrow(arrow::MakeBuilder(Plain(field->type())));
    for (int64_t row = first; row < first + num_rows; ++row) {
      ThrowUnlessOk(RowValues{row}.AppendAnyTo(*builder));
    }
    const auto storage = ValueOrThrow(builder->Finish());
    columns.push_back(arrow::MakeArray(WithType(*storage->data(), field->type())));
  }
  return arrow::RecordBatch::Make(schema, num_rows, columns);
}

}  // namespace carmilla
