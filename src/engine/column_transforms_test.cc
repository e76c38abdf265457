#include "engine/column_transforms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "testing/matchers.h"
#include "types/built_in_oid.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ColumnTransformsTest : public testing::Test {
 protected:
  ColumnTransformsTest() {
    configuration_.file = "c.yaml";
    table_.name = {"public", "clicks"};
    Add("id", BuiltInType(built_in_oid::kInt8, "int8"));
    Add("name", BuiltInType(built_in_oid::kText, "text"));
    Add("payload", BuiltInType(built_in_oid::kJsonb, "jsonb"));
  }

  void Add(const std::string& name, const PostgresTypePointer& type) {
    table_.columns.push_back({.name = name, .type = type, .is_not_null = true});
  }

  void Derive(const std::string& name, const std::string& from, const std::string& type) {
    const JsonDerivation derivation{.path = {{"a"}},
                                    .type = ParseDeclaredType(type).ValueOrDie()};
    settings_.derive.push_back({.name = name,
                                .from = from,
                                .derivation = derivation,
                                .position = {7, 5},
                                .from_position = {7, 15}});
  }

  arrow::Result<TablePlan> Plan() {
    TablePlan plan{.table = table_};
    ARROW_RETURN_NOT_OK(TakeOutMaskedColumns(configuration_, settings_, &plan.table));
    for (const ColumnDescription& column : plan.table.columns) {
      ColumnPlan planned{.description = column};
      ARROW_ASSIGN_OR_RAISE(planned.mapping,
                            MapType(*column.type, column.typmod, column.name));
      plan.columns.push_back(planned);
    }
    ARROW_RETURN_NOT_OK(PlanTransforms(configuration_, settings_, &plan));
    return plan;
  }

  static std::vector<std::string> NamesOf(const std::vector<ColumnPlan>& columns) {
    std::vector<std::string> names;
    for (const ColumnPlan& column : columns) names.push_back(column.description.name);
    return names;
  }

  Configuration configuration_;
  TableConfiguration settings_;
  TableDescription table_;
};

TEST_F(ColumnTransformsTest, WhereNothingIsAskedForNothingIsDone) {
  ASSERT_OK_AND_ASSIGN(const TablePlan plan, Plan());
  EXPECT_TRUE(plan.transforms.empty());
  EXPECT_TRUE(plan.read.empty());
  EXPECT_THAT(NamesOf(plan.ReadColumns()), ElementsAre("id", "name", "payload"));
}

TEST_F(ColumnTransformsTest, DerivedColumnsComeLastAndDroppedOnesAreStillRead) {
  Derive("amount", "payload", "decimal(12,2)");
  settings_.drop = {{"payload", {8, 3}}};
  ASSERT_OK_AND_ASSIGN(const TablePlan plan, Plan());
  EXPECT_THAT(NamesOf(plan.ReadColumns()), ElementsAre("id", "name", "payload"));
  EXPECT_THAT(NamesOf(plan.columns), ElementsAre("id", "name", "amount"));
  EXPECT_EQ(plan.transforms[2].source, 2);
  EXPECT_EQ(plan.transforms[2].trust, JsonTrust::kBinary);
  EXPECT_EQ(plan.columns[2].mapping.glue, "decimal(12,2)");
  EXPECT_EQ(plan.columns[2].derived_from, "payload $.a");
  EXPECT_FALSE(plan.columns[2].description.is_not_null);
}

TEST_F(ColumnTransformsTest, WhatNobodyShallSeeIsNotRead) {
  settings_.mask["id"] = {{.kind = MaskKind::kDrop}, {7, 5}};
  settings_.mask["name"] = {{.kind = MaskKind::kNull}, {7, 5}};
  ASSERT_OK_AND_ASSIGN(const TablePlan plan, Plan());
  EXPECT_THAT(NamesOf(plan.ReadColumns()), ElementsAre("payload"));
  ASSERT_EQ(plan.table.columns.size(), 1U);
  EXPECT_THAT(NamesOf(plan.columns), ElementsAre("name", "payload"));
  EXPECT_EQ(plan.transforms[0].source, -1);
  EXPECT_FALSE(plan.columns[0].description.is_not_null);
  EXPECT_TRUE(plan.columns[1].description.is_not_null);
}

TEST_F(ColumnTransformsTest, RefusesWithThePlaceInTheFile) {
  Derive("x", "payload", "bigint");
  settings_.mask["x"] = {{.kind = MaskKind::kHmacSha256}, {9, 5}};
  const arrow::Status status = Plan().status();
  EXPECT_THAT(status, HasKind(ErrorKind::kConfiguration));
  EXPECT_EQ(status.message(),
            "c.yaml:9:5: planning public.clicks: this mask is for columns that are "
            "stored as text, and x is bigint");
}

TEST_F(ColumnTransformsTest, TwoColumnsMayNotDifferInCaseOnly) {
  Derive("x", "payload", "bigint");
  Derive("X", "payload", "bigint");
  EXPECT_THAT(Plan().status().message(), HasSubstr("upper and lower case only: X"));
}

TEST_F(ColumnTransformsTest, NothingIsDerivedFromAMaskedColumn) {
  Derive("x", "payload", "bigint");
  for (const MaskKind kind :
       {MaskKind::kDrop, MaskKind::kNull, MaskKind::kHmacSha256, MaskKind::kTruncate}) {
    settings_.mask["payload"] = {{.kind = kind, .characters = 1}, {9, 5}};
    EXPECT_THAT(Plan().status().message(),
                HasSubstr("c.yaml:7:15: planning public.clicks: derive takes x from a "
                          "masked column: payload"));
  }
}

}  // namespace
}  // namespace carmilla
