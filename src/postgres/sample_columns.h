#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>

#include "postgres/copy_column.h"
#include "types/built_in_oid.h"

namespace carmilla {

/// Test support: columns as a plan makes them.
inline CopyColumn Column(const std::string& name, WireForm wire,
                         std::shared_ptr<arrow::DataType> type) {
  return {.name = name, .mapping = {.wire = wire, .arrow_type = std::move(type)}};
}

/// Called `decimal<precision>`.
inline CopyColumn DecimalColumn(int32_t precision, int32_t scale) {
  CopyColumn column =
      Column("decimal" + std::to_string(precision), WireForm::kNumericDecimal,
             arrow::smallest_decimal(precision, scale));
  column.mapping.precision = precision;
  column.mapping.scale = scale;
  return column;
}

inline CopyColumn ListOf(const std::string& name, const CopyColumn& element) {
  CopyColumn column =
      Column(name, WireForm::kList, arrow::list(element.mapping.arrow_type));
  column.mapping.parts = {element.mapping};
  return column;
}

/// Members are called as their columns, and have the types of the first inputs of the
/// fuzz targets.
inline CopyColumn StructOf(const std::string& name,
                           const std::vector<CopyColumn>& members) {
  CopyColumn column = Column(name, WireForm::kStruct, nullptr);
  arrow::FieldVector fields;
  for (const CopyColumn& member : members) {
    fields.push_back(arrow::field(member.name, member.mapping.arrow_type));
    column.mapping.parts.push_back(member.mapping);
    column.mapping.member_oids.push_back(member.mapping.wire == WireForm::kText
                                             ? built_in_oid::kText
                                             : built_in_oid::kInt8);
  }
  column.mapping.arrow_type = arrow::struct_(fields);
  return column;
}

inline CopyColumn RangeOf(const std::string& name, const CopyColumn& bound) {
  CopyColumn column = Column(name, WireForm::kRange, RangeType(bound.mapping.arrow_type));
  column.mapping.parts = {bound.mapping};
  return column;
}

inline CopyColumn MultirangeOf(const std::string& name, const CopyColumn& bound) {
  CopyColumn column = ListOf(name, RangeOf("range", bound));
  column.mapping.wire = WireForm::kMultirange;
  return column;
}

/// A column of every form that a server sends, and of some inside of others. A new one
/// goes to the end: inputs of fuzz targets tell columns by their place.
inline std::vector<CopyColumn> ColumnsOfAllForms() {
  const auto text = [](const std::string& name, WireForm wire) {
    return Column(name, wire, arrow::utf8());
  };
  const CopyColumn string = text("text", WireForm::kText);
  const CopyColumn number = Column("int64", WireForm::kInt64, arrow::int64());
  const CopyColumn date = Column("date", WireForm::kDate, arrow::date32());
  const CopyColumn pair = StructOf("pair", {number, string});
  const CopyColumn printed = text("printed", WireForm::kNumericText);
  const CopyColumn quad = StructOf("quad", {number, number, pair, pair});
  CopyColumn vector =
      ListOf("oidvector", Column("oid", WireForm::kUint32, arrow::int64()));
  vector.mapping.wire = WireForm::kZeroBasedList;
  return {
      number,
      string,
      Column("boolean", WireForm::kBoolean, arrow::boolean()),
      Column("int16", WireForm::kInt16, arrow::int16()),
      Column("int32", WireForm::kInt32, arrow::int32()),
      Column("oid", WireForm::kUint32, arrow::int64()),
      Column("real", WireForm::kFloat, arrow::float32()),
      Column("double", WireForm::kDouble, arrow::float64()),
      DecimalColumn(9, 2),
      DecimalColumn(18, 5),
      DecimalColumn(38, 19),
      printed,
      text("jsonb", WireForm::kJsonb),
      text("uuid", WireForm::kUuidText),
      Column("bytes", WireForm::kBytes, arrow::binary()),
      text("character", WireForm::kCharacter),
      date,
      text("time", WireForm::kTimeText),
      Column("timestamp", WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MICRO)),
      text("interval", WireForm::kIntervalText),
      ListOf("numbers", number),
      ListOf("texts", string),
      ListOf("decimals", DecimalColumn(18, 5)),
      ListOf("lists", ListOf("inner", string)),
      Column("money", WireForm::kInt64Decimal, arrow::decimal128(19, 2)),
      Column("xid8", WireForm::kUint64Decimal, arrow::decimal128(20, 0)),
      text("timetz", WireForm::kTimetzText),
      text("inet", WireForm::kNetworkText),
      text("macaddr", WireForm::kMacAddressText),
      text("bits", WireForm::kBitText),
      pair,
      ListOf("pairs", pair),
      RangeOf("numrange", printed),
      RangeOf("daterange", date),
      MultirangeOf("datemultirange", date),
      ListOf("ranges", RangeOf("int8range", number)),
      Column("hstore", WireForm::kTextMap, arrow::map(arrow::utf8(), arrow::utf8())),
      Column("vector", WireForm::kFloatList, arrow::list(arrow::float32())),
      Column("nearest", WireForm::kNumericDouble, arrow::float64()),
      text("trimmed", WireForm::kTrimmedText),
      Column("time64", WireForm::kTimeMicros, arrow::time64(arrow::TimeUnit::MICRO)),
      Column("millis", WireForm::kTimestamp, arrow::timestamp(arrow::TimeUnit::MILLI)),
      Column("parts", WireForm::kIntervalParts,
             arrow::struct_({arrow::field("months", arrow::int32()),
                             arrow::field("days", arrow::int32()),
                             arrow::field("micros", arrow::int64())})),
      Column("uuid_bytes", WireForm::kUuidBytes, arrow::fixed_size_binary(16)),
      vector,
      quad,
      ListOf("quads", quad),
      RangeOf("quadrange", quad),
  };
}

}  // namespace carmilla
