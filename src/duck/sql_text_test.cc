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

TEST(SqlTextTest, LeavesOtherTextsAlone) {
  for (const char* sql : {"", "SELECT 1", "EXPLAINED SELECT", "EXPLAIN_ 1", "-- EXPLAIN",
                          "/* EXPLAIN SELECT 1"}) {
    EXPECT_EQ(TakeExplainApart(sql).statement, "") << sql;
  }
  EXPECT_EQ(TakeExplainApart("EXPLAIN analyzed").statement, "analyzed");
}

}  // namespace
}  // namespace carmilla
