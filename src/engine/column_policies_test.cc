#include "engine/column_policies.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

constexpr int32_t kPrice = ((9 << 16) | 2) + 4;  // numeric(9,2)

arrow::Result<ValuePolicies> PoliciesOf(const PostgresTypePointer& type, int32_t typmod,
                                        const TableConfiguration& settings) {
  const ColumnDescription column{.name = "c", .type = type, .typmod = typmod};
  ARROW_ASSIGN_OR_RAISE(const ColumnForm form, FormOf(settings, column));
  return form.policies;
}

PostgresTypePointer RangeOver(const PostgresTypePointer& bound) {
  auto range =
      std::make_shared<PostgresType>(*UserType("span", PostgresTypeKind::kRange));
  range->element = bound;
  return range;
}

PostgresTypePointer Composite(std::vector<TypeMember> members) {
  auto row =
      std::make_shared<PostgresType>(*UserType("row", PostgresTypeKind::kComposite));
  row->members = std::move(members);
  return row;
}

class ColumnPoliciesTest : public testing::Test {
 protected:
  ColumnPoliciesTest() {
    of_table_.settings.policies = {.on_nan = ValuePolicy::kNull,
                                   .on_infinity = ValuePolicy::kClamp};
  }

  TableConfiguration of_table_;
  PostgresTypePointer numeric_ = BuiltInType(built_in_oid::kNumeric, "numeric");
  PostgresTypePointer date_ = BuiltInType(built_in_oid::kDate, "date");
};

TEST_F(ColumnPoliciesTest, OfTheTableThoseCountThatAreAboutTheForm) {
  EXPECT_THAT(PoliciesOf(numeric_, kPrice, of_table_),
              IsOkAndHolds(ValuePolicies{.on_nan = ValuePolicy::kNull}));
  EXPECT_THAT(PoliciesOf(date_, -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_infinity = ValuePolicy::kClamp}));
  // Without a precision it is text, which holds a NaN.
  EXPECT_THAT(PoliciesOf(numeric_, -1, of_table_), IsOkAndHolds(ValuePolicies{}));
}

TEST_F(ColumnPoliciesTest, TheyAreAboutElementsOfArraysAndBasesOfDomains) {
  EXPECT_THAT(PoliciesOf(ArrayOf(numeric_), kPrice, of_table_),
              IsOkAndHolds(ValuePolicies{.on_nan = ValuePolicy::kNull}));
  EXPECT_THAT(PoliciesOf(DomainOver(date_), -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_infinity = ValuePolicy::kClamp}));
}

TEST_F(ColumnPoliciesTest, AnOwnOneWinsAndTheOtherStaysTheTables) {
  of_table_.column_policies["c"] = {.on_nan = ValuePolicy::kError};
  EXPECT_THAT(PoliciesOf(numeric_, kPrice, of_table_), IsOkAndHolds(ValuePolicies{}));
  of_table_.column_policies["c"] = {};
  EXPECT_THAT(PoliciesOf(date_, -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_infinity = ValuePolicy::kClamp}));
}

TEST_F(ColumnPoliciesTest, AnOwnOneThatMeansNothingIsRefused) {
  of_table_.column_policies["c"] = {.on_nan = ValuePolicy::kNull};
  const auto refused = PoliciesOf(numeric_, -1, of_table_);
  EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(refused, StatusMessageHas("kept as text"));
  EXPECT_THAT(refused, StatusHintHas("remove on_nan"));
}

TEST_F(ColumnPoliciesTest, TextMakesTextOfTheWholeColumn) {
  of_table_.column_policies["c"] = {.on_nan = ValuePolicy::kText};
  const ColumnDescription column{.name = "c", .type = numeric_, .typmod = kPrice};
  ASSERT_OK_AND_ASSIGN(const ColumnForm form, FormOf(of_table_, column));
  EXPECT_EQ(form.mapping.wire, WireForm::kNumericText);
  EXPECT_EQ(form.policies, ValuePolicies{});
}

TEST_F(ColumnPoliciesTest, ADeclaredTypeCountsAndMayBeTooNarrow) {
  of_table_.types["c"].type = {
      .kind = DeclaredKind::kDecimal, .precision = 20, .scale = 3};
  of_table_.settings.policies.on_out_of_range = ValuePolicy::kNull;
  EXPECT_THAT(PoliciesOf(numeric_, -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_nan = ValuePolicy::kNull,
                                         .on_out_of_range = ValuePolicy::kNull}));
  of_table_.types.clear();
  of_table_.column_policies["c"] = {.on_out_of_range = ValuePolicy::kNull};
  EXPECT_THAT(PoliciesOf(numeric_, kPrice, of_table_),
              StatusMessageHas("on_out_of_range does not apply to the column c"));
}

TEST_F(ColumnPoliciesTest, AnOwnChoiceThatCannotBeIsRefusedBeforeReading) {
  of_table_.column_policies["c"] = {.on_infinity = ValuePolicy::kClamp};
  of_table_.types["c"].type = {.kind = DeclaredKind::kStruct};
  EXPECT_THAT(PoliciesOf(BuiltInType(built_in_oid::kInterval, "interval"), -1, of_table_),
              StatusMessageHas("on_infinity: clamp does not apply to the column c"));
}

TEST_F(ColumnPoliciesTest, ABoundOfARangeIsNeverToBecomeNull) {
  const PostgresTypePointer dates = RangeOver(date_);
  of_table_.column_policies["c"] = {.on_infinity = ValuePolicy::kNull};
  const auto refused = PoliciesOf(dates, -1, of_table_);
  EXPECT_THAT(refused, HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(refused, StatusMessageHas("a bound of a range that is NULL is no bound"));
  EXPECT_THAT(PoliciesOf(ArrayOf(dates), -1, of_table_),
              HasKind(ErrorKind::kConfiguration));
  // Beside the range something may.
  EXPECT_OK(PoliciesOf(Composite({{"span", dates}, {"day", date_}}), -1, of_table_));
  // A table's own is about its other columns.
  of_table_.column_policies.clear();
  of_table_.settings.policies.on_infinity = ValuePolicy::kNull;
  EXPECT_OK(PoliciesOf(dates, -1, of_table_));
  of_table_.column_policies["c"] = {.on_infinity = ValuePolicy::kClamp};
  EXPECT_OK(PoliciesOf(dates, -1, of_table_));
}

TEST_F(ColumnPoliciesTest, OnPrecisionIsAboutMilliseconds) {
  const PostgresTypePointer moment =
      BuiltInType(built_in_oid::kTimestamptz, "timestamptz");
  of_table_.settings.policies = {};
  of_table_.types["c"].type = {.kind = DeclaredKind::kTimestamp,
                               .unit = DeclaredUnit::kMilliseconds,
                               .is_utc = true};
  EXPECT_THAT(PoliciesOf(moment, -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_precision = ValuePolicy::kFloor}));
  of_table_.column_policies["c"] = {.on_precision = ValuePolicy::kError};
  EXPECT_THAT(PoliciesOf(moment, -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_precision = ValuePolicy::kError}));
  of_table_.types.clear();
  EXPECT_THAT(PoliciesOf(moment, -1, of_table_),
              StatusMessageHas("it is not declared as timestamp[ms]"));
}

TEST_F(ColumnPoliciesTest, WhatDefaultsSayOfATypeHoldsUnlessTheTableSaysOtherwise) {
  const PostgresTypePointer uuid = BuiltInType(built_in_oid::kUuid, "uuid");
  of_table_.settings.types["uuid"].type = {.kind = DeclaredKind::kBinary};
  of_table_.settings.types["range"].type = {.kind = DeclaredKind::kText};
  const auto wire_of = [&](const PostgresTypePointer& type) {
    const ColumnDescription column{.name = "c", .type = type, .typmod = -1};
    const auto form = FormOf(of_table_, column);
    return form.ok() ? form->mapping.wire : WireForm::kBoolean;
  };
  EXPECT_EQ(wire_of(uuid), WireForm::kUuidBytes);
  EXPECT_EQ(wire_of(DomainOver(uuid)), WireForm::kUuidBytes);
  EXPECT_EQ(wire_of(ArrayOf(uuid)), WireForm::kList);
  EXPECT_EQ(wire_of(RangeOver(date_)), WireForm::kText);
  EXPECT_EQ(wire_of(date_), WireForm::kDate);
  of_table_.types["c"].type = {.kind = DeclaredKind::kText};
  EXPECT_EQ(wire_of(uuid), WireForm::kUuidText);
}

TEST_F(ColumnPoliciesTest, ArraysHaveShapes) {
  of_table_.settings.policies.on_array_shape = ValuePolicy::kFlatten;
  EXPECT_THAT(PoliciesOf(ArrayOf(date_), -1, of_table_),
              IsOkAndHolds(ValuePolicies{.on_infinity = ValuePolicy::kClamp,
                                         .on_array_shape = ValuePolicy::kFlatten}));
  of_table_.column_policies["c"] = {.on_array_shape = ValuePolicy::kNull};
  EXPECT_THAT(PoliciesOf(date_, -1, of_table_), StatusMessageHas("it is no array"));
}

}  // namespace
}  // namespace carmilla
