#include "engine/condition.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using Kind = ConditionPart::Kind;

TEST(ConditionTest, NamesAndValuesAreQuoted) {
  const std::vector<ConditionPart> parts = {{Kind::kText, "(", {}},
                                            {Kind::kName, "e\"mail", {}},
                                            {Kind::kText, " = ", {}},
                                            {Kind::kValue, "it's \\ here", {}},
                                            {Kind::kText, ")", {}}};
  const auto sql = RenderCondition(parts);
  ASSERT_THAT(sql, IsOk());
  EXPECT_EQ(*sql, "(\"e\"\"mail\" = 'it''s \\ here')");
}

TEST(ConditionTest, ValuesAreOneArray) {
  const std::vector<ConditionPart> parts = {{Kind::kValues, "", {"1", "a\"b,}", "it's"}}};
  const auto sql = RenderCondition(parts);
  ASSERT_THAT(sql, IsOk());
  EXPECT_EQ(*sql, R"('{"1","a\"b,}","it''s"}')");
}

TEST(ConditionTest, WhatCannotBeSentIsRefused) {
  const std::vector<ConditionPart> parts = {{Kind::kValue, std::string(1, '\0'), {}}};
  EXPECT_THAT(RenderCondition(parts), HasKind(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace carmilla
