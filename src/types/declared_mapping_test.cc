#include "types/declared_mapping.h"

#include <gtest/gtest.h>

#include <string>

#include "testing/matchers.h"
#include "types/arrow_type_text.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

PostgresTypePointer Type(uint32_t type_oid, const std::string& name) {
  PostgresType type = *BuiltInType(type_oid, name);
  type.output_function = "pg_catalog." + name + "_out";
  return std::make_shared<const PostgresType>(std::move(type));
}

arrow::Result<TypeMapping> Declare(const PostgresTypePointer& type,
                                   const std::string& declared, int32_t typmod = -1) {
  ARROW_ASSIGN_OR_RAISE(const DeclaredType parsed, ParseDeclaredType(declared));
  return MapDeclared(*type, typmod, parsed, "c");
}

struct Expectation {
  PostgresTypePointer type;
  const char* declared;
  WireForm wire;
  const char* arrow;
  SelectForm select;
};

TEST(DeclaredMappingTest, MapsWhatItsContractLists) {
  const auto numeric = Type(oid::kNumeric, "numeric");
  const Expectation expectations[] = {
      {numeric, "decimal(38,9)", WireForm::kNumericDecimal, "decimal128(38,9)", {}},
      {numeric, "double", WireForm::kNumericDouble, "double", {}},
      {Type(oid::kInt8, "int8"),
       "decimal(20,2)",
       WireForm::kNumericDecimal,
       "decimal128(20,2)",
       {"", "::pg_catalog.numeric"}},
      {Type(oid::kInt2, "int2"),
       "integer",
       WireForm::kInt32,
       "int32",
       {"", "::pg_catalog.int4"}},
      {Type(oid::kInt4, "int4"),
       "bigint",
       WireForm::kInt64,
       "int64",
       {"", "::pg_catalog.int8"}},
      {Type(oid::kFloat4, "float4"),
       "double",
       WireForm::kDouble,
       "double",
       {"", "::pg_catalog.float8"}},
      {Type(oid::kText, "text"),
       "binary",
       WireForm::kBytes,
       "binary",
       {"pg_catalog.convert_to(", ", 'SQL_ASCII')"}},
      {Type(oid::kBpchar, "bpchar"), "trim", WireForm::kTrimmedText, "string", {}},
      {Type(oid::kTime, "time"), "time64", WireForm::kTimeMicros, "time64[us]", {}},
      {Type(oid::kTimestamp, "timestamp"),
       "timestamp[ms]",
       WireForm::kTimestamp,
       "timestamp[ms]",
       {}},
      {Type(oid::kTimestamptz, "timestamptz"),
       "timestamp[ms, UTC]",
       WireForm::kTimestamp,
       "timestamp[ms, tz=UTC]",
       {}},
      {Type(oid::kInterval, "interval"),
       "struct",
       WireForm::kIntervalParts,
       R"(struct<"months": int32, "days": int32, "micros": int64>)",
       {}},
      {Type(oid::kUuid, "uuid"), "binary", WireForm::kUuidBytes, "uuid", {}},
      {Type(oid::kDate, "date"),
       "text",
       WireForm::kText,
       "string",
       {"", "::pg_catalog.text"}},
      {UserType("shape", PostgresTypeKind::kBase),
       "text",
       WireForm::kText,
       "string",
       {"", "::pg_catalog.text"}},
  };
  for (const Expectation& expected : expectations) {
    SCOPED_TRACE(expected.type->name + " as " + expected.declared);
    for (const auto& type : {expected.type, DomainOver(expected.type)}) {
      ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, Declare(type, expected.declared));
      EXPECT_EQ(mapping.wire, expected.wire);
      EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), expected.arrow);
      EXPECT_EQ(mapping.select, expected.select);
      EXPECT_NE(mapping.parquet, "");
      EXPECT_NE(mapping.glue, "");
    }
  }
}

TEST(DeclaredMappingTest, TextOfANumericIsPrintedHere) {
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, Declare(Type(oid::kNumeric, "numeric"),
                                                          "text", NumericTypmodOf(9, 2)));
  EXPECT_EQ(mapping.wire, WireForm::kNumericText);
  EXPECT_TRUE(mapping.select.is_plain());
}

TEST(DeclaredMappingTest, AGeometryCanBeBinaryWithItsSridOrWithoutOrText) {
  auto geometry =
      std::make_shared<PostgresType>(*UserType("geometry", PostgresTypeKind::kBase));
  geometry->extension = "postgis";
  geometry->extension_schema = "maps";
  constexpr int32_t kPointIn4326 = 1107460;
  for (const int32_t typmod : {-1, kPointIn4326}) {
    ASSERT_OK_AND_ASSIGN(const TypeMapping wkb, Declare(geometry, "wkb", typmod));
    EXPECT_EQ(wkb.select, (SelectForm{"maps.st_asbinary(", ")"}));
    EXPECT_EQ(wkb.note, "");
    ASSERT_OK_AND_ASSIGN(const TypeMapping ewkb, Declare(geometry, "ewkb", typmod));
    EXPECT_TRUE(ewkb.select.is_plain());
    EXPECT_EQ(ewkb.note, "");
    ASSERT_OK_AND_ASSIGN(const TypeMapping wkt, Declare(geometry, "wkt", typmod));
    EXPECT_EQ(wkt.select, (SelectForm{"maps.st_astext(", ", 17)"}));
    EXPECT_EQ(wkt.functions_schema, "maps");
    EXPECT_EQ(ewkb.srid, typmod < 0 ? 0 : 4326);
  }
  EXPECT_THAT(Declare(geometry, "double"), StatusHintHas("wkb, ewkb, wkt or text"));
}

TEST(DeclaredMappingTest, WhatAColumnIsAnywayChangesNothing) {
  const auto price = Type(oid::kNumeric, "numeric");
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                       Declare(price, "decimal(9,2)", NumericTypmodOf(9, 2)));
  EXPECT_EQ(mapping.wire, WireForm::kNumericDecimal);
  ASSERT_OK_AND_ASSIGN(const TypeMapping text, Declare(Type(oid::kText, "text"), "text"));
  EXPECT_TRUE(text.select.is_plain());
}

TEST(DeclaredMappingTest, RefusesTheRestAndTellsWhatItCanBe) {
  const auto bad = Declare(Type(oid::kTimestamptz, "timestamptz"), "timestamp[ms]");
  EXPECT_THAT(bad, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(bad, StatusMessageHas("column \"c\": timestamp with time zone cannot be "
                                    "declared as timestamp[ms]"));
  EXPECT_THAT(bad, StatusHintHas("timestamp[ms, UTC] or text"));
  for (const auto& [type, declared] :
       {std::pair(Type(oid::kNumeric, "numeric"), "bigint"),
        {Type(oid::kInt8, "int8"), "integer"},
        {Type(oid::kText, "text"), "integer"},
        {Type(oid::kBool, "bool"), "struct"},
        {Type(oid::kText, "text"), "trim"},
        {Type(oid::kBpchar, "bpchar"), "binary"},
        {Type(oid::kDate, "date"), "time64"},
        {Type(oid::kPoint, "point"), "wkt"}}) {
    EXPECT_THAT(Declare(type, declared), HasKind(ErrorKind::kConfiguration)) << declared;
  }
}

}  // namespace
}  // namespace carmilla
