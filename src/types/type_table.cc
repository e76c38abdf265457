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

const std::shared_ptr<arrow::DataType>& Xid8Decimal() {
  static const auto type = arrow::decimal128(20, 0);
  return type;
}

const std::shared_ptr<arrow::DataType>& TextMap() {
  static const auto type = arrow::map(arrow::utf8(), arrow::utf8());
  return type;
}

const std::shared_ptr<arrow::DataType>& FloatList() {
  static const auto type = arrow::list(arrow::float32());
  return type;
}

const std::shared_ptr<arrow::DataType>& Int16List() {
  static const auto type = arrow::list(arrow::int16());
  return type;
}

const std::shared_ptr<arrow::DataType>& Int64List() {
  static const auto type = arrow::list(arrow::int64());
  return type;
}

constexpr std::string_view kServerTextNote = "as PostgreSQL prints it";

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

constexpr MappingRow AsServerText(RowOids oids, std::string_view postgres) {
  return {.text = StringRow(postgres, kServerTextNote),
          .oids = oids,
          .arrow_type = arrow::utf8,
          .is_server_text = true};
}

constexpr MappingRow AsServerText(std::string_view extension, RowNames names,
                                  std::string_view postgres) {
  return {.text = StringRow(postgres, kServerTextNote),
          .rule = RowRule::kExtension,
          .arrow_type = arrow::utf8,
          .is_server_text = true,
          .extension = extension,
          .names = names};
}

constexpr MappingRow OfExtension(RowRule rule, std::string_view extension, RowNames names,
                                 WireForm wire, ArrowTypeFunction arrow_type,
                                 TypeTableRow text) {
  return {.text = text,
          .rule = rule,
          .wire = wire,
          .arrow_type = arrow_type,
          .extension = extension,
          .names = names};
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
    BuiltIn({oid::kOid, oid::kXid, oid::kCid, oid::kRegproc, oid::kRegprocedure,
             oid::kRegoper, oid::kRegoperator, oid::kRegclass, oid::kRegtype,
             oid::kRegconfig, oid::kRegdictionary, oid::kRegnamespace, oid::kRegrole},
            WireForm::kUint32, arrow::int64,
            {"oid, xid, cid, regclass and its like", "int64", "INT64", "bigint",
             "the unsigned number, widened; not the name"}),
    BuiltIn({oid::kRegcollation}, WireForm::kUint32, arrow::int64,
            {"regcollation", "int64", "INT64", "bigint", "as above"}),
    BuiltIn({oid::kXid8}, WireForm::kUint64Decimal, Xid8Decimal,
            {"xid8", "decimal128(20,0)", "FIXED DECIMAL(20,0)", "decimal(20,0)",
             "the unsigned number"}),
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
    Computed(RowRule::kMoney, WireForm::kInt64Decimal,
             {"money", "decimal128(19,s)", "FIXED DECIMAL(19,s)", "decimal(19,s)",
              "s as lc_monetary says, mostly 2"}),
    AsString({oid::kText, oid::kVarchar, oid::kName, oid::kRefcursor}, WireForm::kText,
             "text, varchar(n), name, refcursor", ""),
    OfExtension(RowRule::kExtension, "citext", {"citext"}, WireForm::kText, arrow::utf8,
                StringRow("citext (extension)", "")),
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
    AsString({oid::kTimetz}, WireForm::kTimetzText, "timetz",
             "as PostgreSQL prints it, with its own offset"),
    AsString({oid::kUuid}, WireForm::kUuidText, "uuid", "36 characters, lower case"),
    AsString({oid::kJson}, WireForm::kText, "json", "the text as stored"),
    AsString({oid::kJsonb, oid::kJsonpath}, WireForm::kJsonb, "jsonb, jsonpath",
             "as PostgreSQL prints it"),
    AsString({oid::kXml, oid::kPgNodeTree}, WireForm::kText, "xml, pg_node_tree",
             "as PostgreSQL prints it"),
    AsString({oid::kInet, oid::kCidr}, WireForm::kNetworkText, "inet, cidr",
             "as PostgreSQL prints it: cidr always with its /n, inet unless it is all"),
    AsString({oid::kMacaddr, oid::kMacaddr8}, WireForm::kMacAddressText,
             "macaddr, macaddr8", "lower case, with colons"),
    AsString({oid::kBit, oid::kVarbit}, WireForm::kBitText, "bit(n), varbit(n)",
             "a 0 or 1 for each bit"),
    AsServerText({oid::kPoint, oid::kLine, oid::kLseg, oid::kBox, oid::kPath,
                  oid::kPolygon, oid::kCircle},
                 "point, line, lseg, box, path, polygon, circle"),
    AsServerText({oid::kTsvector, oid::kTsquery}, "tsvector, tsquery"),
    AsServerText(
        {oid::kPgLsn, oid::kTid, oid::kPgSnapshot, oid::kTxidSnapshot, oid::kAclitem},
        "pg_lsn, tid, pg_snapshot, txid_snapshot, aclitem"),
    AsServerText("ltree", {"ltree", "lquery", "ltxtquery"},
                 "ltree, lquery, ltxtquery (extension ltree)"),
    AsServerText("cube", {"cube"}, "cube (extension)"),
    AsServerText("seg", {"seg"}, "seg (extension)"),
    AsServerText("isn",
                 {"ean13", "isbn13", "ismn13", "issn13", "isbn", "ismn", "issn", "upc"},
                 "isbn, issn, ean13 and the others of the extension isn"),
    OfExtension(RowRule::kExtension, "hstore", {"hstore"}, WireForm::kTextMap, TextMap,
                {"hstore (extension)", "map<string, string>", "MAP<STRING, STRING>",
                 "map<string,string>", "values may be null; keys as PostgreSQL sorts"}),
    OfExtension(RowRule::kExtension, "vector", {"vector"}, WireForm::kFloatList,
                FloatList,
                {"vector (extension)", "list<float>", "LIST<FLOAT>", "array<float>", ""}),
    OfExtension(
        RowRule::kGeometry, "postgis", {"geometry", "geography"}, WireForm::kBytes,
        arrow::binary,
        {"geometry(..., srid), geography(..., srid) (extension postgis)", "binary",
         "BYTE_ARRAY", "binary",
         "well-known binary by ST_AsBinary; the SRID is in the manifest and in the "
         "metadata of the files; EWKB inside arrays and composites"}),
    OfExtension(RowRule::kAnyGeometry, "", {}, WireForm::kBytes, arrow::binary,
                {"geometry, geography without an SRID (extension postgis)", "binary",
                 "BYTE_ARRAY", "binary",
                 "PostGIS' extended well-known binary, which holds the SRID of each "
                 "value"}),
    AsString(RowRule::kEnum, WireForm::kText, "enum", "the label"),
    Computed(RowRule::kDomain, WireForm::kText,
             {"domain", "that of its base type", "that of its base type",
              "that of its base type", ""}),
    Computed(
        RowRule::kArray, WireForm::kList,
        {"T[]", "list<T>", "LIST<T>", "array<T>",
         "one dimension, lower bound 1; elements may be null; an array of a domain over "
         "an array is a list of lists"}),
    MappingRow{{"int2vector", "list<int16>", "LIST<INT32 INT(16, signed)>",
                "array<smallint>", "the lower bound is 0"},
               RowRule::kVector,
               {oid::kInt2Vector},
               WireForm::kZeroBasedList,
               Int16List},
    MappingRow{{"oidvector", "list<int64>", "LIST<INT64>", "array<bigint>", "as above"},
               RowRule::kVector,
               {oid::kOidVector},
               WireForm::kZeroBasedList,
               Int64List},
    Computed(RowRule::kComposite, WireForm::kStruct,
             {"composite, row type", "struct<a: A, ...>", "GROUP<a: A, ...>",
              "struct<a:A,...>",
              "a NULL differs from a row of NULLs; with a member that PostgreSQL must "
              "print, all of it is text"}),
    Computed(RowRule::kRange, WireForm::kRange,
             {"range of T",
              "struct<lower: T, upper: T, lower_inc: bool, upper_inc: bool, empty: bool>",
              "GROUP<lower: T, ...>", "struct<lower:T,...>",
              "a bound that is null is unbounded; of an empty range both are"}),
    Computed(RowRule::kMultirange, WireForm::kMultirange,
             {"multirange of T", "list of such structs", "LIST<GROUP<...>>",
              "array<struct<...>>", "the empty one is an empty list"}),
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
