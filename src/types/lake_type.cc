#include "types/lake_type.h"

#include <arrow/type.h>

#include <array>
#include <string_view>

#include "core/error.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

struct Row {
  std::string_view arrow;
  std::string_view parquet;
  std::string_view glue;
};

constexpr auto kRows = std::to_array<Row>({
    {"bool", "BOOLEAN", "boolean"},
    {"int16", "INT32 INT(16, signed)", "smallint"},
    {"int32", "INT32", "int"},
    {"int64", "INT64", "bigint"},
    {"float", "FLOAT", "float"},
    {"double", "DOUBLE", "double"},
    {"string", "BYTE_ARRAY STRING", "string"},
    {"binary", "BYTE_ARRAY", "binary"},
    {"date32", "INT32 DATE", "date"},
    {"uuid", "FIXED UUID", "binary"},
    {"time64[us]", "INT64 TIME(MICROS)", "bigint"},
    {"timestamp[us]", "INT64 TIMESTAMP(MICROS, local)", "timestamp"},
    {"timestamp[us, tz=UTC]", "INT64 TIMESTAMP(MICROS, UTC)", "timestamp"},
    {"timestamp[ms]", "INT64 TIMESTAMP(MILLIS, local)", "timestamp"},
    {"timestamp[ms, tz=UTC]", "INT64 TIMESTAMP(MILLIS, UTC)", "timestamp"},
    {"map<string, string>", "MAP<STRING, STRING>", "map<string,string>"},
});

LakeType DecimalType(const arrow::DecimalType& type) {
  const bool is_int32 = type.id() == arrow::Type::DECIMAL32;
  const bool is_int64 = type.id() == arrow::Type::DECIMAL64;
  const std::string arguments =
      "(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) + ")";
  const std::string storage = is_int32 ? "INT32" : is_int64 ? "INT64" : "FIXED";
  return {.parquet = storage + " DECIMAL" + arguments, .glue = "decimal" + arguments};
}

arrow::Result<LakeType> StructType(const arrow::DataType& type) {
  LakeType whole{.parquet = "GROUP<", .glue = "struct<"};
  for (const auto& field : type.fields()) {
    ARROW_ASSIGN_OR_RAISE(const LakeType member, LakeTypeOf(*field->type()));
    const bool is_first = whole.glue.ends_with('<');
    whole.parquet += (is_first ? "" : ", ") + field->name() + ": " + member.parquet;
    whole.glue += (is_first ? "" : ",") + field->name() + ":" + member.glue;
  }
  return LakeType{.parquet = whole.parquet + ">", .glue = whole.glue + ">"};
}

}  // namespace

arrow::Result<LakeType> LakeTypeOf(const arrow::DataType& type) {
  const std::string text = ArrowTypeText(type);
  for (const Row& row : kRows) {
    if (row.arrow == text) {
      return LakeType{.parquet = std::string(row.parquet), .glue = std::string(row.glue)};
    }
  }
  // Text that is read back is what a manifest can hold.
  if (ParseArrowType(text).ok()) {
    if (arrow::is_decimal(type.id())) {
      return DecimalType(static_cast<const arrow::DecimalType&>(type));
    }
    if (type.id() == arrow::Type::LIST) {
      const auto& list = static_cast<const arrow::ListType&>(type);
      ARROW_ASSIGN_OR_RAISE(const LakeType element, LakeTypeOf(*list.value_type()));
      return LakeType{.parquet = "LIST<" + element.parquet + ">",
                      .glue = "array<" + element.glue + ">"};
    }
    if (type.id() == arrow::Type::STRUCT) return StructType(type);
  }
  return MakeError(ErrorKind::kUnsupportedType, "no table of a lake can hold " + text);
}

}  // namespace carmilla
