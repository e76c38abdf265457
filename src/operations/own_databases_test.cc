#include "operations/own_databases.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

const OwnDatabases kDatabases = {{"bills", "finance"}, {"payments", "finance"}};
constexpr char kBills[] = "\"bills\" AS (SELECT * FROM \"finance\".\"bills\")";

TEST(OwnDatabasesTest, AreThoseThatAreNotTheLakes) {
  GlueConfiguration glue;
  glue.database = "raw";
  glue.tables["bills"].database = "finance";
  glue.tables["orders"].database = "raw";
  EXPECT_EQ(DatabasesOf(glue), (OwnDatabases{{"bills", "finance"}}));
}

TEST(OwnDatabasesTest, OnlyWhatIsNamedIsFound) {
  const std::string with = std::string("WITH ") + kBills;
  const std::pair<std::string, std::string> cases[] = {
      {"SELECT * FROM bills", with + " SELECT * FROM bills"},
      {"SELECT * FROM Bills b;", with + " SELECT * FROM Bills b;"},
      {"EXPLAIN SELECT * FROM bills", "EXPLAIN " + with + "  SELECT * FROM bills"},
      {"WITH x AS (SELECT * FROM bills) SELECT * FROM x",
       with + ", x AS (SELECT * FROM bills) SELECT * FROM x"},
      {"SELECT bills FROM orders", "SELECT bills FROM orders"},
      {"SELECT * FROM other.bills", "SELECT * FROM other.bills"},
      {"WITH bills AS (SELECT 1) SELECT * FROM bills",
       "WITH bills AS (SELECT 1) SELECT * FROM bills"},
      {"SHOW TABLES", "SHOW TABLES"},
      // DuckDB cannot read it.
      {"SELECT * FROM bills FOR TIMESTAMP AS OF now()",
       with + " SELECT * FROM bills FOR TIMESTAMP AS OF now()"}};
  for (const auto& [sql, expected] : cases) {
    ASSERT_OK_AND_ASSIGN(const std::string found, InOwnDatabases(kDatabases, sql));
    EXPECT_EQ(found, expected);
    ASSERT_OK_AND_ASSIGN(const std::string same, InOwnDatabases({}, sql));
    EXPECT_EQ(same, sql);
  }
}

}  // namespace
}  // namespace carmilla
