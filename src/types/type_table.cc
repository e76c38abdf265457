#include "types/type_table.h"

#include <arrow/type.h>

#include <algorithm>
#include <string_view>

#include "types/built_in_oid.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

const std::shared_ptr<arrow::DataType>& LocalTimestamp() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO);
  return type;
}

const std::shared_ptr<arrow::DataType>& UtcTimestamp() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return type;
}

constexpr MappingRow BuiltIn(RowOids oids, WireForm wire, ArrowTypeFunction arrow_type,
                             TypeTableRow text) {
  return {text, RowRule::kOid, oids, wire, arrow_type};
}

constexpr MappingRow Computed(RowRule rule, WireForm wire, TypeTableRow text) {
  return {text, rule, {}, wire, nullptr};
}

constexpr TypeTableRow StringRow(std::string_view postgres, std::string_view notes) {
  return {postgres, "string", "BYTE_ARRAY STRING", "string", notes};
}

constexpr MappingRow AsString(RowOids oids, WireForm wire, std::string_view postgres,
                              std::string_view notes) {
  return {StringRow(postgres, notes), RowRule::kOid, oids, wire, arrow::utf8};
}

constexpr MappingRow AsString(RowRule rule, WireForm wire, std::string_view postgres,
                              std::string_view notes) {
  return {StringRow(postgres, notes), rule, {}, wire, arrow::utf8};
}

constexpr std::string_view kFloatNote = "NaN and infinity are values and are kept";
constexpr std::string_view kTimestampNote =
    "microseconds; infinity, and from 294247-01-10 04:00:54.775808 on, by on_infinity";

// PostgreSQL, Arrow, Parquet, Glue and Athena, notes.
constexpr std::array kRows{
    BuiltIn({oid::kBool}, WireForm::kBoolean, arrow::boolean,
            {"boolean", "bool", "BOOLEAN", "boolean", ""}),
    BuiltIn({oid::kInt2}, WireForm::kInt16, arrow::int16,
            {"smallint", "int16", "INT32 INT(16, signed)", "smallint", ""}),
    BuiltIn({oid::kInt4}, WireForm::kInt32, arrow::int32,
            {"integer", "int32", "INT32", "int", ""}),
    BuiltIn({oid::kInt8}, WireForm::kInt64, arrow::int64,
            {"bigint", "int64", "INT64", "bigint", ""}),
    BuiltIn({oid::kOid}, WireForm::kUint32, arrow::int64,
            {"oid", "int64", "INT64", "bigint", "the unsigned number, widened"}),
    BuiltIn({oid::kFloat4}, WireForm::kFloat, arrow::float32,
            {"real", "float", "FLOAT", "float", kFloatNote}),
    BuiltIn({oid::kFloat8}, WireForm::kDouble, arrow::float64,
            {"double precision", "double", "DOUBLE", "double", kFloatNote}),
    Computed(RowRule::kDecimal, WireForm::kNumericDecimal,
             {"numeric(p,s), 0 <= s <= p <= 38", "decimal32/64/128(p,s)",
              "INT32/INT64/FIXED DECIMAL(p,s)", "decimal(p,s)",
              "the first width for p <= 9, the second for p <= 18; NaN by on_nan"}),
    Computed(RowRule::kDecimalNegativeScale, WireForm::kNumericDecimal,
             {"numeric(p,s), s < 0, p-s <= 38", "decimal32/64/128(p-s,0)",
              "INT32/INT64/FIXED DECIMAL(p-s,0)", "decimal(p-s,0)", "as above"}),
    Computed(RowRule::kDecimalFraction, WireForm::kNumericDecimal,
             {"numeric(p,s), p < s <= 38", "decimal32/64/128(s,s)",
              "INT32/INT64/FIXED DECIMAL(s,s)", "decimal(s,s)", "as above"}),
    AsString(RowRule::kNumericText, WireForm::kNumericText, "any other numeric",
             "exact decimal text with its scale; NaN and Infinity as such"),
    AsString({oid::kText, oid::kVarchar, oid::kName}, WireForm::kText,
             "text, varchar(n), name", ""),
    AsString({oid::kBpchar}, WireForm::kText, "char(n)",
             "padded with blanks, as PostgreSQL sends it"),
    AsString({oid::kChar}, WireForm::kCharacter, "\"char\"",
             "as PostgreSQL prints it: bytes from 128 on as \\ooo, zero as ''"),
    BuiltIn({oid::kBytea}, WireForm::kBytes, arrow::binary,
            {"bytea", "binary", "BYTE_ARRAY", "binary", ""}),
    BuiltIn({oid::kDate}, WireForm::kDate, arrow::date32,
            {"date", "date32", "INT32 DATE", "date", "infinity by on_infinity"}),
    AsString({oid::kTime}, WireForm::kTimeText, "time",
             "as PostgreSQL prints it; 24:00:00 is kept"),
    BuiltIn({oid::kTimestamp}, WireForm::kTimestamp, LocalTimestamp,
            {"timestamp", "timestamp[us]", "INT64 TIMESTAMP(MICROS, local)", "timestamp",
             kTimestampNote}),
    BuiltIn({oid::kTimestamptz}, WireForm::kTimestamp, UtcTimestamp,
            {"timestamptz", "timestamp[us, tz=UTC]", "INT64 TIMESTAMP(MICROS, UTC)",
             "timestamp", kTimestampNote}),
    AsString({oid::kInterval}, WireForm::kIntervalText, "interval",
             "iso_8601 as PostgreSQL prints it; months, days and microseconds are kept"),
    AsString({oid::kUuid}, WireForm::kUuidText, "uuid", "36 characters, lower case"),
    AsString({oid::kJson}, WireForm::kText, "json", "the text as stored"),
    AsString({oid::kJsonb}, WireForm::kJsonb, "jsonb", "as PostgreSQL prints it"),
    AsString(RowRule::kEnum, WireForm::kText, "enum", "the label"),
    Computed(
        RowRule::kArray, WireForm::kList,
        {"T[]", "list<T>", "LIST<T>", "array<T>",
         "one dimension, lower bound 1; elements may be null; an array of a domain over "
         "an array is a list of lists"}),
    Computed(RowRule::kDomain, WireForm::kText,
             {"domain", "that of its base type", "that of its base type",
              "that of its base type", ""}),
};

constexpr std::array<TypeTableRow, kRows.size()> TextOfRows() {
  std::array<TypeTableRow, kRows.size()> text{};
  std::ranges::transform(kRows, text.begin(), &MappingRow::text);
  return text;
}

constexpr std::array<TypeTableRow, kRows.size()> kTypeTable = TextOfRows();

}  // namespace

std::span<const MappingRow> MappingRows() { return kRows; }

std::span<const TypeTableRow> TypeTable() { return kTypeTable; }

}  // namespace carmilla
