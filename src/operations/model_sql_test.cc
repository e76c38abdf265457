#include "operations/model_sql.h"

#include <gtest/gtest.h>

#include <vector>

namespace carmilla {
namespace {

TEST(ModelSqlTest, ViewsBecomeCommonTableExpressions) {
  const std::vector<QueryView> views = {{.name = "a", .sql = "SELECT 1 AS x;"},
                                        {.name = "b", .sql = "SELECT x FROM a -- end"}};
  EXPECT_EQ(WithViews(views, "SELECT * FROM b", SqlDialect::kTrino),
            "WITH \"a\" AS (\nSELECT 1 AS x\n), \"b\" AS (\nSELECT x FROM a -- end\n)\n"
            "SELECT * FROM (\nSELECT * FROM b\n) AS carmilla_model");
  EXPECT_EQ(WithViews({}, "SELECT 1; -- done", SqlDialect::kPostgres),
            "SELECT * FROM (\nSELECT 1\n) AS carmilla_model");
}

TEST(ModelSqlTest, ASemicolonIsSoughtByTheRulesOfTheEngine) {
  const std::string escaped = R"(SELECT E'it\'s; fine')";
  EXPECT_EQ(WithViews({}, escaped + ";", SqlDialect::kPostgres),
            "SELECT * FROM (\n" + escaped + "\n) AS carmilla_model");
  const std::string commented = "SELECT 1 /* not /* nested ; */";
  EXPECT_EQ(WithViews({}, commented + ";", SqlDialect::kTrino),
            "SELECT * FROM (\n" + commented + "\n) AS carmilla_model");
}

}  // namespace
}  // namespace carmilla
