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
  ARROW_ASSIGN_OR_RAISE(const TypeMapping mapping, MapType(*type, typmod, column.name));
  return PoliciesFor(settings, column, mapping);
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

}  // namespace
}  // namespace carmilla
