#include "types/type_mapping.h"

#include <arrow/type.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "testing/matchers.h"
#include "types/arrow_type_text.h"
#include "types/built_in_oid.h"
#include "types/numeric_typmod.h"
#include "types/test_types.h"
#include "types/type_table.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

PostgresTypePointer Numeric() { return BuiltInType(oid::kNumeric, "numeric"); }
PostgresTypePointer Point() {
  PostgresType point = *BuiltInType(oid::kPoint, "point");
  point.output_function = "pg_catalog.point_out";
  return std::make_shared<const PostgresType>(std::move(point));
}

PostgresTypePointer Composite(std::vector<TypeMember> members) {
  PostgresType type = *UserType("pair", PostgresTypeKind::kComposite);
  type.members = std::move(members);
  return std::make_shared<const PostgresType>(std::move(type));
}

PostgresTypePointer PartOf(PostgresTypeKind kind, PostgresTypePointer part) {
  PostgresType type = *UserType("ranges", kind);
  type.element = std::move(part);
  return std::make_shared<const PostgresType>(std::move(type));
}

struct Expectation {
  const char* claim;
  PostgresTypePointer type;
  int32_t typmod;
  WireForm wire;
  const char* arrow;
  const char* parquet;
  const char* glue;
};

std::vector<Expectation> FixedTypes() {
  const auto type = [](uint32_t type_oid, const char* name) {
    return BuiltInType(type_oid, name);
  };
  constexpr const char* kString = "BYTE_ARRAY STRING";
  return {
      {"bool", type(16, "bool"), -1, WireForm::kBoolean, "bool", "BOOLEAN", "boolean"},
      {"int2", type(21, "int2"), -1, WireForm::kInt16, "int16", "INT32 INT(16, signed)",
       "smallint"},
      {"int4", type(23, "int4"), -1, WireForm::kInt32, "int32", "INT32", "int"},
      {"int8", type(20, "int8"), -1, WireForm::kInt64, "int64", "INT64", "bigint"},
      {"oid", type(26, "oid"), -1, WireForm::kUint32, "int64", "INT64", "bigint"},
      {"float4", type(700, "float4"), -1, WireForm::kFloat, "float", "FLOAT", "float"},
      {"float8", type(701, "float8"), -1, WireForm::kDouble, "double", "DOUBLE",
       "double"},
      {"text", type(25, "text"), -1, WireForm::kText, "string", kString, "string"},
      {"varchar", type(1043, "varchar"), 24, WireForm::kText, "string", kString,
       "string"},
      {"name", type(19, "name"), -1, WireForm::kText, "string", kString, "string"},
      {"bpchar", type(1042, "bpchar"), 7, WireForm::kText, "string", kString, "string"},
      {"\"char\"", type(18, "char"), -1, WireForm::kCharacter, "string", kString,
       "string"},
      {"bytea", type(17, "bytea"), -1, WireForm::kBytes, "binary", "BYTE_ARRAY",
       "binary"},
      {"date", type(1082, "date"), -1, WireForm::kDate, "date32", "INT32 DATE", "date"},
      {"time", type(1083, "time"), 3, WireForm::kTimeText, "string", kString, "string"},
      {"timestamp", type(1114, "timestamp"), 0, WireForm::kTimestamp, "timestamp[us]",
       "INT64 TIMESTAMP(MICROS, local)", "timestamp"},
      {"timestamptz", type(1184, "timestamptz"), -1, WireForm::kTimestamp,
       "timestamp[us, tz=UTC]", "INT64 TIMESTAMP(MICROS, UTC)", "timestamp"},
      {"interval", type(1186, "interval"), -1, WireForm::kIntervalText, "string", kString,
       "string"},
      {"uuid", type(2950, "uuid"), -1, WireForm::kUuidText, "string", kString, "string"},
      {"json", type(114, "json"), -1, WireForm::kText, "string", kString, "string"},
      {"jsonb", type(3802, "jsonb"), -1, WireForm::kJsonb, "string", kString, "string"},
      {"jsonpath", type(4072, "jsonpath"), -1, WireForm::kJsonb, "string", kString,
       "string"},
      {"xml", type(142, "xml"), -1, WireForm::kText, "string", kString, "string"},
      {"xid", type(28, "xid"), -1, WireForm::kUint32, "int64", "INT64", "bigint"},
      {"xid8", type(5069, "xid8"), -1, WireForm::kUint64Decimal, "decimal128(20,0)",
       "FIXED DECIMAL(20,0)", "decimal(20,0)"},
      {"regclass", type(2205, "regclass"), -1, WireForm::kUint32, "int64", "INT64",
       "bigint"},
      {"timetz", type(1266, "timetz"), -1, WireForm::kTimetzText, "string", kString,
       "string"},
      {"inet", type(869, "inet"), -1, WireForm::kNetworkText, "string", kString,
       "string"},
      {"macaddr8", type(774, "macaddr8"), -1, WireForm::kMacAddressText, "string",
       kString, "string"},
      {"bit", type(1560, "bit"), 5, WireForm::kBitText, "string", kString, "string"},
      {"enum", UserType("mood", PostgresTypeKind::kEnum), -1, WireForm::kText, "string",
       kString, "string"},
  };
}

void ExpectMapping(const Expectation& expected) {
  SCOPED_TRACE(expected.claim);
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                       MapType(*expected.type, expected.typmod, "c"));
  EXPECT_EQ(mapping.wire, expected.wire);
  EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), expected.arrow);
  EXPECT_EQ(mapping.parquet, expected.parquet);
  EXPECT_EQ(mapping.glue, expected.glue);
  EXPECT_EQ(mapping.parts.empty(), expected.wire != WireForm::kList);
}

TEST(TypeMappingTest, MapsEveryTypeOfTheTable) {
  for (const Expectation& expected : FixedTypes()) ExpectMapping(expected);
}

TEST(TypeMappingTest, EveryTypeAlsoMapsInsideAnArrayAndADomain) {
  for (const Expectation& expected : FixedTypes()) {
    SCOPED_TRACE(expected.claim);
    ASSERT_OK_AND_ASSIGN(const TypeMapping list,
                         MapType(*ArrayOf(expected.type), expected.typmod, "c"));
    EXPECT_EQ(list.wire, WireForm::kList);
    EXPECT_EQ(ArrowTypeText(*list.arrow_type),
              "list<" + std::string(expected.arrow) + ">");
    EXPECT_EQ(list.parquet, "LIST<" + std::string(expected.parquet) + ">");
    EXPECT_EQ(list.glue, "array<" + std::string(expected.glue) + ">");
    ASSERT_EQ(list.parts.size(), 1U);
    EXPECT_EQ(list.parts.front().wire, expected.wire);

    Expectation domain = expected;
    domain.type = DomainOver(expected.type, expected.typmod);
    domain.typmod = -1;
    ExpectMapping(domain);
  }
}

struct NumericExpectation {
  int32_t precision;
  int32_t scale;
  const char* arrow;
  const char* parquet;
  const char* glue;
};

TEST(TypeMappingTest, NumericsThatFitAreDecimals) {
  const NumericExpectation expectations[] = {
      {1, 0, "decimal32(1,0)", "INT32 DECIMAL(1,0)", "decimal(1,0)"},
      {9, 2, "decimal32(9,2)", "INT32 DECIMAL(9,2)", "decimal(9,2)"},
      {9, 9, "decimal32(9,9)", "INT32 DECIMAL(9,9)", "decimal(9,9)"},
      {10, 2, "decimal64(10,2)", "INT64 DECIMAL(10,2)", "decimal(10,2)"},
      {18, 18, "decimal64(18,18)", "INT64 DECIMAL(18,18)", "decimal(18,18)"},
      {19, 0, "decimal128(19,0)", "FIXED DECIMAL(19,0)", "decimal(19,0)"},
      {38, 38, "decimal128(38,38)", "FIXED DECIMAL(38,38)", "decimal(38,38)"},
      // numeric(p,s) with s < 0 has p - s digits before the point and none behind it.
      {3, -2, "decimal32(5,0)", "INT32 DECIMAL(5,0)", "decimal(5,0)"},
      {8, -1, "decimal32(9,0)", "INT32 DECIMAL(9,0)", "decimal(9,0)"},
      {1, -37, "decimal128(38,0)", "FIXED DECIMAL(38,0)", "decimal(38,0)"},
      // numeric(p,s) with s > p has s digits, all of them behind the point.
      {2, 5, "decimal32(5,5)", "INT32 DECIMAL(5,5)", "decimal(5,5)"},
      {1, 38, "decimal128(38,38)", "FIXED DECIMAL(38,38)", "decimal(38,38)"},
  };
  for (const NumericExpectation& expected : expectations) {
    SCOPED_TRACE(expected.precision * 10000 + expected.scale);
    const int32_t typmod = NumericTypmodOf(expected.precision, expected.scale);
    ExpectMapping({"numeric", Numeric(), typmod, WireForm::kNumericDecimal,
                   expected.arrow, expected.parquet, expected.glue});
    ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, MapType(*Numeric(), typmod, "c"));
    const auto& decimal = static_cast<const arrow::DecimalType&>(*mapping.arrow_type);
    EXPECT_EQ(mapping.precision, decimal.precision());
    EXPECT_EQ(mapping.scale, decimal.scale());
    EXPECT_EQ(mapping.note, "");
  }
}

TEST(TypeMappingTest, NumericsThatDoNotFitAreExactText) {
  const std::pair<int32_t, int32_t> shapes[] = {{39, 0},  {39, 39}, {1, 39},
                                                {1, -38}, {38, -1}, {1000, 1000}};
  for (const auto& [precision, scale] : shapes) {
    SCOPED_TRACE(precision * 10000 + scale);
    const int32_t typmod = NumericTypmodOf(precision, scale);
    ExpectMapping({"numeric", Numeric(), typmod, WireForm::kNumericText, "string",
                   "BYTE_ARRAY STRING", "string"});
    ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, MapType(*Numeric(), typmod, "c"));
    EXPECT_THAT(mapping.note, HasSubstr("more than 38 digits"));
  }
}

TEST(TypeMappingTest, NumericWithoutPrecisionIsExactTextWithANote) {
  ExpectMapping({"numeric", Numeric(), -1, WireForm::kNumericText, "string",
                 "BYTE_ARRAY STRING", "string"});
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, MapType(*ArrayOf(Numeric()), -1, "c"));
  EXPECT_THAT(mapping.note, HasSubstr("numeric(p,s) with p <= 38"));
}

TEST(TypeMappingTest, UnpacksEveryTypmodOfNumeric) {
  for (int32_t precision = 1; precision <= 1000; precision += 37) {
    for (int32_t scale = -1000; scale <= 1000; ++scale) {
      const auto unpacked = UnpackNumericTypmod(NumericTypmodOf(precision, scale));
      ASSERT_EQ(unpacked.precision, precision);
      ASSERT_EQ(unpacked.scale, scale);
      ASSERT_EQ(PackNumericTypmod(unpacked), NumericTypmodOf(precision, scale));
    }
  }
}

TEST(TypeMappingTest, ADomainMapsByItsOwnTypmod) {
  const auto price = DomainOver(Numeric(), NumericTypmodOf(12, 2));
  ExpectMapping({"domain", price, -1, WireForm::kNumericDecimal, "decimal64(12,2)",
                 "INT64 DECIMAL(12,2)", "decimal(12,2)"});
  ExpectMapping({"domain over a domain", DomainOver(price), -1, WireForm::kNumericDecimal,
                 "decimal64(12,2)", "INT64 DECIMAL(12,2)", "decimal(12,2)"});
}

TEST(TypeMappingTest, AnArrayHandsItsTypmodToItsElement) {
  ExpectMapping({"numeric(12,2)[]", ArrayOf(Numeric()), NumericTypmodOf(12, 2),
                 WireForm::kList, "list<decimal64(12,2)>", "LIST<INT64 DECIMAL(12,2)>",
                 "array<decimal(12,2)>"});
}

TEST(TypeMappingTest, AnArrayOfADomainOverAnArrayIsAListOfLists) {
  const auto prices = DomainOver(ArrayOf(Numeric()), NumericTypmodOf(5, 1), "prices");
  ExpectMapping({"prices[]", ArrayOf(prices), -1, WireForm::kList,
                 "list<list<decimal32(5,1)>>", "LIST<LIST<INT32 DECIMAL(5,1)>>",
                 "array<array<decimal(5,1)>>"});
}

void ExpectRefusal(const PostgresType& type, const std::string& in_message) {
  const auto result = MapType(type, -1, "where it is");
  EXPECT_THAT(result, HasKind(ErrorKind::kUnsupportedType)) << in_message;
  EXPECT_THAT(result, StatusMessageHas("column \"where it is\""));
  EXPECT_THAT(result, StatusMessageHas(in_message));
  EXPECT_THAT(result, StatusHintHas("`columns:`"));
}

TEST(TypeMappingTest, RefusesAnyOtherBuiltInTypeByName) {
  const std::pair<uint32_t, const char*> types[] = {
      {2249, "record"}, {3361, "pg_ndistinct"}, {5017, "pg_mcv_list"}, {705, "unknown"}};
  for (const auto& [type_oid, name] : types) {
    ExpectRefusal(*BuiltInType(type_oid, name), std::string("for type ") + name);
  }
}

TEST(TypeMappingTest, MoneyHasTheDigitsOfItsLocaleOrIsRefused) {
  PostgresType money = *BuiltInType(oid::kMoney, "money");
  ExpectRefusal(money, "for type money");
  money.money_digits = 2;
  ExpectMapping({"two digits", std::make_shared<PostgresType>(money), -1,
                 WireForm::kInt64Decimal, "decimal128(19,2)", "FIXED DECIMAL(19,2)",
                 "decimal(19,2)"});
  money.money_digits = 0;
  ExpectMapping({"no digits", std::make_shared<PostgresType>(money), -1,
                 WireForm::kInt64Decimal, "decimal128(19,0)", "FIXED DECIMAL(19,0)",
                 "decimal(19,0)"});
}

TEST(TypeMappingTest, VectorsOfTheCatalogAreLists) {
  for (const auto& [type_oid, list] :
       {std::pair(oid::kInt2Vector, "list<int16>"), {oid::kOidVector, "list<int64>"}}) {
    ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                         MapType(*BuiltInType(type_oid, "vector"), -1, "c"));
    EXPECT_EQ(mapping.wire, WireForm::kZeroBasedList);
    EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), list);
    EXPECT_EQ(mapping.parts.size(), 1U);
  }
}

TEST(TypeMappingTest, ACompositeIsAStructOfItsMembers) {
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                       MapType(*Composite({{"a", BuiltInType(oid::kInt4, "int4")},
                                           {"B c", Numeric(), NumericTypmodOf(10, 2)}}),
                               -1, "c"));
  EXPECT_EQ(mapping.wire, WireForm::kStruct);
  EXPECT_EQ(ArrowTypeText(*mapping.arrow_type),
            R"(struct<"a": int32, "B c": decimal64(10,2)>)");
  EXPECT_EQ(mapping.parquet, "GROUP<a: INT32, B c: INT64 DECIMAL(10,2)>");
  EXPECT_EQ(mapping.glue, "struct<a:int,B c:decimal(10,2)>");
  EXPECT_THAT(mapping.member_oids, ElementsAre(oid::kInt4, oid::kNumeric));
  EXPECT_TRUE(mapping.select.is_plain());
  ExpectRefusal(*Composite({}), "for type app.pair");
}

TEST(TypeMappingTest, ARangeIsAStructAndAMultirangeAListOfIt) {
  const auto range = PartOf(PostgresTypeKind::kRange, BuiltInType(oid::kInt8, "int8"));
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, MapType(*range, -1, "c"));
  constexpr const char* kRange =
      R"(struct<"lower": int64, "upper": int64, "lower_inc": bool, )"
      R"("upper_inc": bool, "empty": bool>)";
  EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), kRange);
  EXPECT_EQ(mapping.glue,
            "struct<lower:bigint,upper:bigint,lower_inc:boolean,upper_inc:boolean,"
            "empty:boolean>");
  ASSERT_OK_AND_ASSIGN(const TypeMapping many,
                       MapType(*PartOf(PostgresTypeKind::kMultirange, range), -1, "c"));
  EXPECT_EQ(many.wire, WireForm::kMultirange);
  EXPECT_EQ(ArrowTypeText(*many.arrow_type), "list<" + std::string(kRange) + ">");
}

TEST(TypeMappingTest, TheServerPrintsWhatHasNoStableBinaryForm) {
  ExpectMapping(
      {"point", Point(), -1, WireForm::kText, "string", "BYTE_ARRAY STRING", "string"});
  ASSERT_OK_AND_ASSIGN(const TypeMapping point, MapType(*Point(), -1, "c"));
  const SelectForm of_point{"", "::pg_catalog.text"};
  EXPECT_EQ(point.select, of_point);
  ASSERT_OK_AND_ASSIGN(const TypeMapping domain,
                       MapType(*DomainOver(DomainOver(Point())), -1, "c"));
  EXPECT_EQ(domain.select, of_point);
}

TEST(TypeMappingTest, AnArrayOfPrintedElementsIsCastUnlessTheCastPrintsOtherwise) {
  ASSERT_OK_AND_ASSIGN(const TypeMapping points, MapType(*ArrayOf(Point()), -1, "c"));
  EXPECT_EQ(ArrowTypeText(*points.arrow_type), "list<string>");
  EXPECT_EQ(points.select, (SelectForm{"", "::pg_catalog.text[]"}));
  EXPECT_TRUE(points.parts.front().select.is_plain());

  PostgresType cast = *Point();
  cast.has_cast_to_text = true;
  PostgresType array = *ArrayOf(std::make_shared<PostgresType>(cast));
  array.output_function = "pg_catalog.array_out";
  ASSERT_OK_AND_ASSIGN(const TypeMapping printed, MapType(array, -1, "c"));
  EXPECT_EQ(ArrowTypeText(*printed.arrow_type), "string");
  EXPECT_EQ(printed.select, (SelectForm{"", "::pg_catalog.text"}));
  ASSERT_OK_AND_ASSIGN(const TypeMapping alone, MapType(cast, -1, "c"));
  EXPECT_EQ(alone.select, (SelectForm{"pg_catalog.textin(pg_catalog.point_out(", "))"}));
}

TEST(TypeMappingTest, WhatHoldsAPrintedPartIsPrintedAsAWhole) {
  for (const auto& whole :
       {Composite({{"a", Point()}}), PartOf(PostgresTypeKind::kRange, Point()),
        PartOf(PostgresTypeKind::kMultirange, PartOf(PostgresTypeKind::kRange, Point())),
        Composite({{"b", Composite({{"a", ArrayOf(Point())}})}})}) {
    ASSERT_OK_AND_ASSIGN(const TypeMapping mapping, MapType(*whole, -1, "c"));
    EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), "string");
    EXPECT_FALSE(mapping.select.is_plain());
  }
}

TEST(TypeMappingTest, AnExtensionsTypeIsKnownByItsExtensionNotByItsName) {
  PostgresType hstore = *UserType("hstore", PostgresTypeKind::kBase);
  ExpectRefusal(hstore, "for type app.hstore");
  hstore.extension = "hstore";
  ExpectMapping({"hstore", std::make_shared<PostgresType>(hstore), -1, WireForm::kTextMap,
                 "map<string, string>", "MAP<STRING, STRING>", "map<string,string>"});
  hstore.name = "ghstore";
  ExpectRefusal(hstore, "for type app.ghstore");
}

std::shared_ptr<PostgresType> Geometry(const std::string& name) {
  auto geometry =
      std::make_shared<PostgresType>(*UserType(name, PostgresTypeKind::kBase));
  geometry->extension = "postgis";
  geometry->extension_schema = "\"Maps\"";
  return geometry;
}

TEST(TypeMappingTest, GeometryIsReadByTheFunctionOfItsExtension) {
  ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                       MapType(*Geometry("geometry"), 1107460, "c"));
  EXPECT_EQ(mapping.select, (SelectForm{"\"Maps\".st_asbinary(", ")"}));
  EXPECT_EQ(mapping.functions_schema, "\"Maps\"");
  EXPECT_EQ(ArrowTypeText(*mapping.arrow_type), "binary");
  EXPECT_EQ(mapping.srid, 4326);
}

TEST(TypeMappingTest, WhereItsTypeHasNoSridEachGeometryKeepsItsOwn) {
  for (const char* name : {"geometry", "geography"}) {
    // Of any form, and geometry(Point).
    for (const int32_t typmod : {-1, 4}) {
      ASSERT_OK_AND_ASSIGN(const TypeMapping mapping,
                           MapType(*Geometry(name), typmod, "c"));
      EXPECT_TRUE(mapping.select.is_plain());
      EXPECT_EQ(mapping.functions_schema, "");
      EXPECT_EQ(mapping.srid, 0);
      EXPECT_NE(mapping.note.find("EWKB"), std::string::npos);
    }
  }
  // Inside other values no function can be called.
  ASSERT_OK_AND_ASSIGN(const TypeMapping list,
                       MapType(*ArrayOf(Geometry("geometry")), 1107460, "c"));
  EXPECT_EQ(list.wire, WireForm::kList);
  EXPECT_TRUE(list.select.is_plain());
}

TEST(TypeMappingTest, RefusesEveryOtherKindOfUserType) {
  for (const auto kind :
       {PostgresTypeKind::kBase, PostgresTypeKind::kComposite, PostgresTypeKind::kRange,
        PostgresTypeKind::kMultirange, PostgresTypeKind::kPseudo}) {
    ExpectRefusal(*UserType("thing", kind), "for type app.thing");
  }
}

TEST(TypeMappingTest, AUserTypeCalledInt4IsNotTheBuiltInOne) {
  ExpectRefusal(*UserType("int4", PostgresTypeKind::kBase), "for type app.int4");
  PostgresType shadow = *UserType("int4", PostgresTypeKind::kBase);
  shadow.schema = "pg_catalog";
  ExpectRefusal(shadow, "for type int4");
}

TEST(TypeMappingTest, ARefusalNamesTheWholeTypeAndItsPart) {
  const auto shape = UserType("shape", PostgresTypeKind::kBase);
  ExpectRefusal(*ArrayOf(shape), "for type app.shape[], which is made of app.shape");
  ExpectRefusal(*DomainOver(ArrayOf(DomainOver(shape, -1, "place")), -1, "places"),
                "for type app.places, which is made of app.shape");
  ExpectRefusal(*Composite({{"a", shape}}),
                "for type app.pair, which is made of app.shape");
  ExpectRefusal(*PartOf(PostgresTypeKind::kRange, shape), "made of app.shape");
}

TEST(TypeMappingTest, RefusesAnIncompleteDescription) {
  PostgresType type = *UserType("odd", PostgresTypeKind::kArray);
  ExpectRefusal(type, "app.odd");
  type.kind = PostgresTypeKind::kDomain;
  ExpectRefusal(type, "app.odd");
  ExpectRefusal(PostgresType{}, "no exact form");
}

TEST(TypeMappingTest, WhatItMapsTheManifestCanName) {
  PostgresTypePointer type = Numeric();
  int depth = 0;
  for (auto result = MapType(*type, -1, "c"); result.ok();
       result = MapType(*type, -1, "c")) {
    const std::string text = ArrowTypeText(*result->arrow_type);
    ASSERT_OK_AND_ASSIGN(const auto parsed, ParseArrowType(text));
    EXPECT_TRUE(parsed->Equals(*result->arrow_type));
    type = ArrayOf(DomainOver(type));
    ++depth;
  }
  EXPECT_EQ(depth, kMaxNesting + 1);
}

TEST(TypeTableTest, EveryRowHasItsTextAndEveryOidOneRow) {
  ASSERT_EQ(TypeTable().size(), MappingRows().size());
  std::set<uint32_t> oids;
  std::set<std::string_view> names;
  for (const MappingRow& row : MappingRows()) {
    EXPECT_TRUE(names.insert(row.text.postgres).second) << row.text.postgres;
    EXPECT_NE(row.text.arrow, "");
    EXPECT_NE(row.text.parquet, "");
    EXPECT_NE(row.text.glue, "");
    EXPECT_EQ(row.rule == RowRule::kOid || row.rule == RowRule::kVector,
              row.oids.front() != 0)
        << row.text.postgres;
    EXPECT_EQ(row.extension.empty(), row.names.front().empty()) << row.text.postgres;
    for (const uint32_t row_oid : row.oids) {
      EXPECT_TRUE(row_oid == 0 || oids.insert(row_oid).second) << row_oid;
    }
  }
}

TEST(TypeTableTest, TheArrowTextIsTheArrowType) {
  for (const MappingRow& row : MappingRows()) {
    if (row.arrow_type != nullptr) {
      EXPECT_EQ(ArrowTypeText(*row.arrow_type()), row.text.arrow);
    }
  }
}

}  // namespace
}  // namespace carmilla
