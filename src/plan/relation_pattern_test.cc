#include "plan/relation_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(RelationPatternTest, TakesNamesAsTheCatalogSpellsThem) {
  struct Case {
    std::string text;
    std::string schema;
    std::string name;
    bool is_pattern;
  };
  const std::vector<Case> cases = {
      {"public.orders", "public", "orders", false},
      {"public.Orders", "public", "Orders", false},
      {"public.my table", "public", "my table", false},
      {"public.größe\n", "public", "größe\n", false},
      {"public.\"a.b\"", "public", "a.b", false},
      {"\"a.b\".\"c\"\"d\"", "a.b", "c\"d", false},
      {"public.*", "public", "*", true},
      {"public.\"*\"", "public", "*", false},
      {"\"p*\".x", "p*", "x", false},
  };
  for (const Case& one : cases) {
    ASSERT_OK_AND_ASSIGN(const RelationPattern parsed, ParseRelationPattern(one.text));
    EXPECT_EQ(parsed.schema, one.schema) << one.text;
    EXPECT_EQ(parsed.name, one.name) << one.text;
    EXPECT_EQ(parsed.is_pattern, one.is_pattern) << one.text;
  }
}

TEST(RelationPatternTest, RefusesWhatNamesNoRelation) {
  struct Case {
    std::string text;
    std::string problem;
    std::string hint;
  };
  const std::vector<Case> cases = {
      {"orders", "lacks its schema", "write public.orders"},
      {"", "is not a name", "write schema.table"},
      {".", "is not a name", "write schema.table"},
      {"public.", "is not a name", "write schema.table"},
      {".orders", "is not a name", "write schema.table"},
      {"public..a", "is not a name", "write schema.table"},
      {"public.\"a", "is not a name", "write schema.table"},
      {"public.\"a\"b", "is not a name", "write schema.table"},
      {"public.a\"b", "is not a name", "write schema.table"},
      {"db.public.a", "more than two parts", "double quotes"},
      {"*.*", "leaves the schema open", "name one schema"},
      {"p*.a", "leaves the schema open", "name one schema"},
      {"public.a*", "mixes a name and a star", "exclude"},
  };
  for (const Case& one : cases) {
    const auto parsed = ParseRelationPattern(one.text);
    EXPECT_THAT(parsed, HasKind(ErrorKind::kConfiguration)) << one.text;
    EXPECT_THAT(parsed, StatusMessageHas(one.problem)) << one.text;
    EXPECT_THAT(parsed, StatusHintHas(one.hint)) << one.text;
  }
}

TEST(RelationPatternTest, WhatIsWrittenIsReadBack) {
  const std::vector<std::string> names = {"orders", "Orders", "a b",   "a.b", "*",
                                          "a\"b",   "\"",     "env:x", "1st", "a\nb",
                                          "Größe",  "'",      "tmp_*"};
  for (const std::string& schema : names) {
    for (const std::string& name : names) {
      for (const bool is_pattern : {false, true}) {
        const RelationPattern pattern{schema, is_pattern ? "*" : name, is_pattern};
        const std::string text = FormatRelationPattern(pattern);
        ASSERT_OK_AND_ASSIGN(const RelationPattern read, ParseRelationPattern(text));
        EXPECT_EQ(read.schema, pattern.schema) << text;
        EXPECT_EQ(read.name, pattern.name) << text;
        EXPECT_EQ(read.is_pattern, pattern.is_pattern) << text;
        EXPECT_FALSE(text.starts_with("env:")) << text;
      }
    }
  }
  EXPECT_EQ(FormatRelationPattern({"public", "orders", false}), "public.orders");
  EXPECT_EQ(FormatRelationPattern({"public", "*", true}), "public.*");
}

TEST(RelationPatternTest, AStarStandsForAnyCharacters) {
  EXPECT_TRUE(MatchesPattern("orders", "orders"));
  EXPECT_TRUE(MatchesPattern("orders", "*"));
  EXPECT_TRUE(MatchesPattern("", "*"));
  EXPECT_TRUE(MatchesPattern("orders_old", "*_old"));
  EXPECT_TRUE(MatchesPattern("tmp_orders", "tmp_*"));
  EXPECT_TRUE(MatchesPattern("a_tmp_b_tmp_c", "*_tmp_c"));
  EXPECT_TRUE(MatchesPattern("abcbd", "a*b*d"));
  EXPECT_FALSE(MatchesPattern("orders", "order"));
  EXPECT_FALSE(MatchesPattern("order", "orders"));
  EXPECT_FALSE(MatchesPattern("orders_old2", "*_old"));
  EXPECT_FALSE(MatchesPattern("Orders", "orders"));
  EXPECT_FALSE(MatchesPattern("orders", ""));
  EXPECT_FALSE(MatchesPattern(std::string(5000, 'a'), "*a*a*a*a*a*a*b"));
}

}  // namespace
}  // namespace carmilla
