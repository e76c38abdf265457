#include "operations/model_sql.h"

#include <gtest/gtest.h>

#include <vector>

namespace carmilla {
namespace {

TEST(ModelSqlTest, TheSemicolonEndsTheStatement) {
  EXPECT_EQ(WithoutEnd("SELECT 1; -- done;\n"), "SELECT 1");
  EXPECT_EQ(WithoutEnd("SELECT 1"), "SELECT 1");
}

TEST(ModelSqlTest, ASemicolonInTextNamesAndCommentsEndsNothing) {
  for (const char* sql : {"SELECT ';', 'it''s;', \";\" -- ;\nFROM t /* ; */",
                          "SELECT 'a;", "SELECT 1 -- ;"}) {
    EXPECT_EQ(WithoutEnd(sql), sql);
  }
}

TEST(ModelSqlTest, ViewsBecomeCommonTableExpressions) {
  const std::vector<QueryView> views = {{.name = "a", .sql = "SELECT 1 AS x;"},
                                        {.name = "b", .sql = "SELECT x FROM a -- end"}};
  EXPECT_EQ(WithViews(views, "SELECT * FROM b"),
            "WITH \"a\" AS (\nSELECT 1 AS x\n), \"b\" AS (\nSELECT x FROM a -- end\n)\n"
            "SELECT * FROM (\nSELECT * FROM b\n) AS carmilla_model");
  EXPECT_EQ(WithViews({}, "SELECT 1"), "SELECT * FROM (\nSELECT 1\n) AS carmilla_model");
}

TEST(ModelSqlTest, TellsAFurtherStatementFromBlanksAndComments) {
  for (const char* one :
       {"SELECT 1", "SELECT ';' -- ;\n;", "SELECT 1; -- ; x\n /* ; */ ;\t"}) {
    EXPECT_TRUE(IsOneStatement(one)) << one;
  }
  for (const char* two : {"SELECT 1; DROP TABLE a", "SELECT 1;-- x\nSELECT 2"}) {
    EXPECT_FALSE(IsOneStatement(two)) << two;
  }
}

}  // namespace
}  // namespace carmilla
