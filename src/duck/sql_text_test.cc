#include "duck/sql_text.h"

#include <gtest/gtest.h>

namespace carmilla {
namespace {

TEST(SqlTextTest, DoublesQuotes) {
  EXPECT_EQ(QuoteDuckIdentifier("a\"b'c"), "\"a\"\"b'c\"");
  EXPECT_EQ(QuoteDuckText("a\"b'c\\"), "'a\"b''c\\'");
}

TEST(SqlTextTest, TakesExplainApart) {
  const ExplainText plain = TakeExplainApart("explain SELECT 1");
  EXPECT_FALSE(plain.is_analyze);
  EXPECT_EQ(plain.statement, "SELECT 1");
  const ExplainText analyze =
      TakeExplainApart(" /* a */ -- b\n EXPLAIN/* c */ANALYZE(SELECT 1)");
  EXPECT_TRUE(analyze.is_analyze);
  EXPECT_EQ(analyze.statement, "(SELECT 1)");
}

TEST(SqlTextTest, CommentsNestWhereverTheyStand) {
  const ExplainText analyze =
      TakeExplainApart("/* a /* b */ c */ EXPLAIN /* /**/ */ ANALYZE SELECT 1");
  EXPECT_TRUE(analyze.is_analyze);
  EXPECT_EQ(analyze.statement, "SELECT 1");
  EXPECT_EQ(TakeExplainApart("/* a /* b */ EXPLAIN SELECT 1").statement, "");
}

TEST(SqlTextTest, LeavesOtherTextsAlone) {
  for (const char* sql : {"", "SELECT 1", "EXPLAINED SELECT", "EXPLAIN_ 1", "-- EXPLAIN",
                          "/* EXPLAIN SELECT 1"}) {
    EXPECT_EQ(TakeExplainApart(sql).statement, "") << sql;
  }
  EXPECT_EQ(TakeExplainApart("EXPLAIN analyzed").statement, "analyzed");
}

TEST(SqlTextTest, ExpressionsStandBeforeTheOthers) {
  const CommonExpression bills{.name = "bills", .select = "SELECT 1"};
  const std::pair<std::string, std::string> cases[] = {
      {"SELECT * FROM bills", "WITH \"bills\" AS (SELECT 1) SELECT * FROM bills"},
      {"-- all\n select 1", "WITH \"bills\" AS (SELECT 1) -- all\n select 1"},
      {"(SELECT 1) UNION SELECT 2",
       "WITH \"bills\" AS (SELECT 1) (SELECT 1) UNION SELECT 2"},
      {"WITH a AS (SELECT 2) SELECT * FROM a",
       "WITH \"bills\" AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a"},
      {"/* x */ with recursive a AS (SELECT 2) SELECT 1",
       "/* x */ with recursive \"bills\" AS (SELECT 1), a AS (SELECT 2) SELECT 1"},
      {"EXPLAIN SELECT 1", "EXPLAIN WITH \"bills\" AS (SELECT 1)  SELECT 1"},
      {"explain analyze WITH a AS (SELECT 2) SELECT 1",
       "explain analyze WITH \"bills\" AS (SELECT 1), a AS (SELECT 2) SELECT 1"},
      {"/* a /* b */ c */ WITH a AS (SELECT 2) SELECT 1",
       "/* a /* b */ c */ WITH \"bills\" AS (SELECT 1), a AS (SELECT 2) SELECT 1"},
      {"SHOW TABLES", "SHOW TABLES"},
      {"EXPLAIN (FORMAT JSON) SELECT 1", "EXPLAIN (FORMAT JSON) SELECT 1"},
      {"", ""}};
  for (const auto& [sql, expected] : cases) {
    EXPECT_EQ(WithExpressions({&bills, 1}, sql), expected);
    EXPECT_EQ(WithExpressions({}, sql), sql);
  }
}

}  // namespace
}  // namespace carmilla
