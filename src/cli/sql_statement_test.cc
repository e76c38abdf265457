#include "cli/sql_statement.h"

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

}  // namespace
}  // namespace carmilla
