#include "codegen/cpp_type.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

std::string TypeOf(const PostgresTypePointer& type, int32_t typmod = -1) {
  const auto chosen = CppTypeOf(*type, typmod, "c");
  EXPECT_THAT(chosen, IsOk());
  return chosen.ok() ? chosen->text : "";
}

PostgresTypePointer Int4() { return BuiltInType(oid::kInt4, "int4"); }
PostgresTypePointer Numeric() { return BuiltInType(oid::kNumeric, "numeric"); }
PostgresTypePointer Mood() { return UserType("mood", PostgresTypeKind::kEnum); }

TEST(CppTypeTest, EveryBuiltInTypeHasItsOwn) {
  const std::pair<uint32_t, const char*> expectations[] = {
      {oid::kBool, "bool"},
      {oid::kInt2, "int16_t"},
      {oid::kInt4, "int32_t"},
      {oid::kInt8, "int64_t"},
      {oid::kOid, "int64_t"},
      {oid::kRegclass, "int64_t"},
      {oid::kFloat4, "float"},
      {oid::kFloat8, "double"},
      {oid::kXid8, "carmilla::Decimal<20, 0>"},
      {oid::kNumeric, "std::string_view"},
      {oid::kText, "std::string_view"},
      {oid::kVarchar, "std::string_view"},
      {oid::kBpchar, "std::string_view"},
      {oid::kInet, "std::string_view"},
      {oid::kTimetz, "std::string_view"},
      {oid::kJsonpath, "std::string_view"},
      {oid::kXml, "std::string_view"},
      {oid::kBytea, "carmilla::Bytes"},
      {oid::kDate, "carmilla::Date"},
      {oid::kTime, "carmilla::Time"},
      {oid::kTimestamp, "carmilla::Timestamp"},
      {oid::kTimestamptz, "carmilla::TimestampTz"},
      {oid::kInterval, "carmilla::Interval"},
      {oid::kUuid, "carmilla::Uuid"},
      {oid::kJson, "carmilla::Json"},
      {oid::kJsonb, "carmilla::Json"},
      {oid::kInt2Vector, "carmilla::List<int16_t>"},
      {oid::kOidVector, "carmilla::List<int64_t>"},
  };
  for (const auto& [type_oid, expected] : expectations) {
    EXPECT_EQ(TypeOf(BuiltInType(type_oid, "t")), expected) << type_oid;
  }
}

TEST(CppTypeTest, DecimalsHaveThePrecisionOfTheirColumn) {
  EXPECT_EQ(TypeOf(Numeric(), NumericTypmodOf(12, 2)), "carmilla::Decimal<12, 2>");
  EXPECT_EQ(TypeOf(Numeric(), NumericTypmodOf(38, 38)), "carmilla::Decimal<38, 38>");
  EXPECT_EQ(TypeOf(Numeric(), NumericTypmodOf(5, -3)), "carmilla::Decimal<8, 0>");
  EXPECT_EQ(TypeOf(Numeric(), NumericTypmodOf(39, 2)), "std::string_view");
  PostgresType money = *BuiltInType(oid::kMoney, "money");
  money.money_digits = 2;
  EXPECT_EQ(TypeOf(std::make_shared<const PostgresType>(money)),
            "carmilla::Decimal<19, 2>");
}

TEST(CppTypeTest, DomainsAreAsTheirBase) {
  EXPECT_EQ(TypeOf(DomainOver(Int4())), "int32_t");
  EXPECT_EQ(TypeOf(DomainOver(Numeric(), NumericTypmodOf(9, 4))),
            "carmilla::Decimal<9, 4>");
  EXPECT_EQ(TypeOf(DomainOver(Mood())), "models::app::mood");
}

TEST(CppTypeTest, EnumsAreEnumerationsOfTheirSchema) {
  const auto type = CppTypeOf(*Mood(), -1, "c");
  ASSERT_THAT(type, IsOk());
  EXPECT_EQ(type->text, "models::app::mood");
  ASSERT_NE(type->enumeration, nullptr);
  EXPECT_EQ(type->enumeration->enum_labels.size(), 2);
}

TEST(CppTypeTest, ArraysAreListsOfTheirElements) {
  EXPECT_EQ(TypeOf(ArrayOf(Int4())), "carmilla::List<int32_t>");
  EXPECT_EQ(TypeOf(ArrayOf(Numeric()), NumericTypmodOf(7, 3)),
            "carmilla::List<carmilla::Decimal<7, 3>>");
  EXPECT_EQ(TypeOf(ArrayOf(DomainOver(Numeric(), NumericTypmodOf(9, 4)))),
            "carmilla::List<carmilla::Decimal<9, 4>>");
  EXPECT_EQ(TypeOf(DomainOver(ArrayOf(Int4()))), "carmilla::List<int32_t>");
  const auto list = CppTypeOf(*ArrayOf(Mood()), -1, "c");
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->text, "carmilla::List<models::app::mood>");
  EXPECT_NE(list->enumeration, nullptr);
}

TEST(CppTypeTest, ListsHoldAsTextWhatIsReadAsText) {
  for (const uint32_t type_oid : {oid::kUuid, oid::kTime, oid::kInterval}) {
    EXPECT_EQ(TypeOf(ArrayOf(BuiltInType(type_oid, "t"))),
              "carmilla::List<std::string_view>");
  }
  EXPECT_EQ(TypeOf(ArrayOf(BuiltInType(oid::kDate, "date"))),
            "carmilla::List<carmilla::Date>");
}

TEST(CppTypeTest, WhatHasPartsIsText) {
  PostgresType pair = *UserType("pair", PostgresTypeKind::kComposite);
  pair.members = {{.name = "a", .type = Int4()}};
  const auto composite = std::make_shared<const PostgresType>(pair);
  EXPECT_EQ(TypeOf(composite), "std::string_view");
  EXPECT_EQ(TypeOf(ArrayOf(composite)), "std::string_view");
  EXPECT_EQ(TypeOf(ArrayOf(DomainOver(ArrayOf(Int4())))), "std::string_view");
  PostgresType range = *UserType("int4range", PostgresTypeKind::kRange);
  range.element = Int4();
  EXPECT_EQ(TypeOf(std::make_shared<const PostgresType>(range)), "std::string_view");
}

TEST(CppTypeTest, ATypeThatNothingHoldsIsRefusedByName) {
  const auto refused = CppTypeOf(*UserType("thing", PostgresTypeKind::kBase), -1, "odd");
  EXPECT_THAT(refused, HasKind(ErrorKind::kUnsupportedType));
  EXPECT_THAT(refused, StatusMessageHas("odd"));
}

}  // namespace
}  // namespace carmilla
