#include "core/sql_statement.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace carmilla {
namespace {

TEST(SqlStatementTest, EndsAtTheFirstSemicolonThatIsOne) {
  const std::vector<std::string> statements = {
      "SELECT 1",
      "SELECT ';'",
      "SELECT 'it''s; fine'",
      "SELECT \"a;b\" FROM t",
      "SELECT 1 -- not; here\n",
      "SELECT 1 /* nor; /* here; */ ; */ + 1",
      "SELECT $$ ; $$",
      "SELECT $tag$ ; $$ ; $tag$",
      "SELECT a$b$c",
      R"(SELECT E'\';')",
      "SELECT 5 - -3 / 2 * 1",
  };
  for (const std::string& statement : statements) {
    EXPECT_EQ(EndOfStatement(statement + "; SELECT 2;"), statement.size()) << statement;
  }
}

TEST(SqlStatementTest, WhatIsOpenGoesOnInTheNextLine) {
  for (const char* text :
       {"", "SELECT 1", "SELECT 'a;", "SELECT \"a;", "SELECT 1 -- ;", "SELECT /* ; ",
        "SELECT /* /* */ ;", "SELECT $$ ;", "SELECT $a$ ; $$ ;"}) {
    EXPECT_EQ(EndOfStatement(text), std::nullopt) << text;
  }
}

TEST(SqlStatementTest, CommentsAloneAreNoStatement) {
  for (const char* text : {"", " \n\t", "-- a", "/* a */ -- b\n ", "/* open"}) {
    EXPECT_TRUE(IsBlankStatement(text)) << text;
  }
  for (const char* text : {"SELECT 1", "-- a\nx", "'-- a'", "- 1"}) {
    EXPECT_FALSE(IsBlankStatement(text)) << text;
  }
}

TEST(SqlStatementTest, BeginsBehindBlanksAndComments) {
  for (const char* sql : {"x -- y", " \t\v\f\r\nx -- y", "-- a\r/* b */x -- y",
                          "/* a /* b */ c */ x -- y"}) {
    EXPECT_EQ(WithoutLeadingComments(sql), "x -- y") << sql;
  }
  for (const char* sql : {"", " ", "-- x", "/* /* */ x"}) {
    EXPECT_EQ(WithoutLeadingComments(sql), "") << sql;
  }
  EXPECT_EQ(WithoutLeadingComments("/* /* */ x", SqlDialect::kTrino), "x");
}

TEST(SqlStatementTest, TellsAFurtherStatementFromBlanksAndComments) {
  for (const char* one :
       {"SELECT 1", "SELECT ';' -- ;\n;", "SELECT 1; -- ; x\n /* ; */ ;\t"}) {
    EXPECT_TRUE(IsOneStatement(one)) << one;
  }
  for (const char* two : {"SELECT 1; DROP TABLE a", "SELECT 1;-- x\nSELECT 2"}) {
    EXPECT_FALSE(IsOneStatement(two)) << two;
  }
}

TEST(SqlStatementTest, StandsBetweenParenthesesWithoutItsSemicolon) {
  for (const char* sql :
       {"SELECT 1", "SELECT 1 \n", "SELECT 1;", "SELECT 1 ;; \t\n", "SELECT 1; -- done",
        "SELECT 1; -- done;\n", "SELECT 1\n; /* it's /* all */ ; */ ;"}) {
    EXPECT_EQ(WithoutSemicolon(sql), "SELECT 1") << sql;
  }
  for (const char* sql : {"SELECT ';', 'it''s;', \";\" -- ;\nFROM t /* ; */",
                          "SELECT 'a;", "SELECT 1 -- ;", "SELECT $$;$$", "-- only"}) {
    EXPECT_EQ(WithoutSemicolon(sql), sql) << sql;
  }
  for (const char* sql : {"", " \n", ";", " ; -- none"}) {
    EXPECT_TRUE(IsBlankStatement(WithoutSemicolon(sql))) << sql;
  }
}

TEST(SqlStatementTest, SeveralStatementsRemainForTheServerToRefuse) {
  for (const char* sql : {"SELECT 1; SELECT 2", "SELECT 1; DROP TABLE a; -- b",
                          "SELECT 1;-- x\nSELECT 2;"}) {
    EXPECT_EQ(WithoutSemicolon(sql), sql);
  }
}

TEST(SqlStatementTest, TrinoNestsNoComments) {
  constexpr std::string_view kSql = "SELECT 1 /* a /* b */; SELECT 2 /* */ */";
  EXPECT_EQ(EndOfStatement(kSql, SqlDialect::kTrino), kSql.find(';'));
  EXPECT_FALSE(IsOneStatement(kSql, SqlDialect::kTrino));
  EXPECT_EQ(EndOfStatement(kSql, SqlDialect::kPostgres), std::nullopt);
  EXPECT_FALSE(IsBlankStatement("/* /* */ x", SqlDialect::kTrino));
}

TEST(SqlStatementTest, TrinoKnowsNeitherDollarQuotesNorEscapes) {
  for (const std::string sql : {R"(SELECT E'\')", "SELECT $$"}) {
    EXPECT_EQ(WithoutSemicolon(sql + "; -- '", SqlDialect::kTrino), sql);
    EXPECT_EQ(EndOfStatement(sql + ";", SqlDialect::kPostgres), std::nullopt) << sql;
  }
  for (const std::string sql :
       {"SELECT 'it''s;'", "SELECT \"a;\"\"b\"", "SELECT 1 --;\n"}) {
    EXPECT_EQ(EndOfStatement(sql + ";", SqlDialect::kTrino), sql.size()) << sql;
  }
}

}  // namespace
}  // namespace carmilla
