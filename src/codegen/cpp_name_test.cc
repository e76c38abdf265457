#include "codegen/cpp_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carmilla {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> MemberNames(const std::vector<std::string>& names) {
  return CppMemberNames(names, "orders");
}

TEST(CppNameTest, PlainNamesStayAsTheyAre) {
  for (const std::string name : {"id", "userId", "ID", "a1", "_x", "a__b", "type"}) {
    EXPECT_EQ(CppName(name), name);
  }
}

TEST(CppNameTest, WhatMeansSomethingElseGetsAnUnderscore) {
  for (const std::string name :
       {"class", "default", "int", "xor_eq", "co_await", "typeof", "import", "NULL",
        "errno", "linux", "unix", "std", "carmilla", "models", "int64_t", "columns",
        "Columns", "kRelation", "kQuery"}) {
    EXPECT_EQ(CppName(name), name + "_");
  }
}

TEST(CppNameTest, OtherCharactersBecomeOneUnderscore) {
  EXPECT_EQ(CppName("order total (EUR)"), "order_total_EUR_");
  EXPECT_EQ(CppName("gr\xC3\xB6\xC3\x9F"
                    "e"),
            "gr_e");
  EXPECT_EQ(CppName("\xE5\x80\xA4\xE6\xAE\xB5"), "_");
  EXPECT_EQ(CppName("a\n*/\\b"), "a_b");
  EXPECT_EQ(CppName("\xFF"), "_");
  EXPECT_EQ(CppName(""), "_");
}

TEST(CppNameTest, LeadingDigitsGetAnUnderscoreBefore) {
  EXPECT_EQ(CppName("2024"), "_2024");
  EXPECT_EQ(CppName("1st place"), "_1st_place");
}

TEST(CppNameTest, NamesOfTheCompilerAreAvoided) {
  EXPECT_EQ(CppName("__typename"), "x__typename");
  EXPECT_EQ(CppName("_Bool"), "x_Bool");
  EXPECT_EQ(CppName("_2"), "_2");
}

TEST(CppNameTest, LongNamesStayWhole) {
  const std::string name(1000, 'x');
  EXPECT_EQ(CppName(name), name);
}

TEST(CppNameTest, MembersHaveNamesOfTheirOwn) {
  EXPECT_THAT(MemberNames({"a b", "a-b", "a_b", "a.b", "a_b_3"}),
              ElementsAre("a_b_2", "a_b_4", "a_b", "a_b_5", "a_b_3"));
  EXPECT_THAT(MemberNames({"class", "class_"}), ElementsAre("class__2", "class_"));
}

TEST(CppNameTest, NoMemberIsNamedAsItsStruct) {
  EXPECT_THAT(MemberNames({"id", "orders"}), ElementsAre("id", "orders_"));
  EXPECT_THAT(MemberNames({"orders", "orders_"}), ElementsAre("orders__2", "orders_"));
}

TEST(CppNameTest, SchemasAreNamespaces) {
  EXPECT_EQ(CppNamespace("public"), "models");
  EXPECT_EQ(CppNamespace(""), "models");
  EXPECT_EQ(CppNamespace("sales"), "models::sales");
  EXPECT_EQ(CppNamespace("std"), "models::std_");
  EXPECT_EQ(CppNamespace("carmilla"), "models::carmilla_");
  EXPECT_EQ(CppNamespace("2024 q1"), "models::_2024_q1");
}

}  // namespace
}  // namespace carmilla
