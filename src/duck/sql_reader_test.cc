#include "duck/sql_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SqlReaderTest : public ::testing::Test {
 protected:
  std::set<std::string> Tables(const std::string& sql) {
    const auto reader = SqlReader::Open();
    EXPECT_THAT(reader, IsOk());
    const auto tables = reader->TablesOf(sql);
    EXPECT_THAT(tables, IsOk()) << sql;
    return tables.ValueOr({"failed"});
  }
  arrow::Status StatusOf(const std::string& sql) {
    const auto reader = SqlReader::Open();
    return reader.ok() ? reader->TablesOf(sql).status() : reader.status();
  }
};

TEST_F(SqlReaderTest, FindsTablesWhereverTheyStand) {
  EXPECT_THAT(Tables("SELECT (SELECT max(x) FROM a) FROM Orders o JOIN \"customers\" c "
                     "USING (id) WHERE EXISTS (SELECT 1 FROM b) AND o.x IN (FROM c2) "
                     "UNION ALL SELECT * FROM (SELECT * FROM d) ORDER BY 1; -- e"),
              ElementsAre("a", "b", "c2", "customers", "d", "orders"));
}

TEST_F(SqlReaderTest, LeavesCommonTableExpressionsOut) {
  EXPECT_THAT(
      Tables("WITH a AS (SELECT * FROM x), b AS (SELECT * FROM a JOIN y USING (i))"
             " SELECT * FROM b JOIN A USING (i)"),
      ElementsAre("x", "y"));
  EXPECT_THAT(Tables("WITH a AS MATERIALIZED (SELECT * FROM x) SELECT * FROM a, z"),
              ElementsAre("x", "z"));
  EXPECT_THAT(Tables("WITH RECURSIVE r AS (SELECT 1 AS i FROM x UNION ALL SELECT i + 1 "
                     "FROM r WHERE i < 3) SELECT * FROM r"),
              ElementsAre("x"));
}

TEST_F(SqlReaderTest, AnExpressionWithTheNameOfATableReadsTheTable) {
  EXPECT_THAT(Tables("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders"),
              ElementsAre("orders"));
  EXPECT_THAT(
      Tables("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), (SELECT * FROM a)"),
      ElementsAre("a"));
}

TEST_F(SqlReaderTest, NeedsNoTables) {
  EXPECT_THAT(Tables("SELECT 1"), IsEmpty());
  EXPECT_THAT(Tables("SELECT * FROM range(3), unnest([1]) u"), IsEmpty());
  EXPECT_THAT(Tables("SELECT * FROM information_schema.tables"), IsEmpty());
}

TEST_F(SqlReaderTest, RefusesWhatIsNotOneSelect) {
  EXPECT_THAT(StatusOf("CREATE TABLE t AS SELECT 1"), HasKind(ErrorKind::kQuery));
  EXPECT_THAT(StatusOf("SELECT 1; SELECT 2"), StatusMessageHas("statements: 2"));
  EXPECT_THAT(StatusOf(""), HasKind(ErrorKind::kQuery));
  EXPECT_THAT(StatusOf("SELEC 1 FROM 'it''s'"), StatusMessageHas("syntax error"));
  EXPECT_THAT(StatusOf(std::string("SELECT 1\0", 9)), HasKind(ErrorKind::kQuery));
}

}  // namespace
}  // namespace carmilla
