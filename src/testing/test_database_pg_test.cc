#include "testing/test_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST(TestDatabaseTest, IsEmptyAndItsOwn) {
  const TestDatabase left;
  const TestDatabase right;
  left.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)");
  EXPECT_EQ(left.Query("SELECT count(*) FROM t"), "2");
  EXPECT_EQ(right.Query("SELECT to_regclass('t')"), "");
  EXPECT_THAT(left.QueryRows("SELECT id, NULL FROM t ORDER BY id"),
              ElementsAre(ElementsAre("1", ""), ElementsAre("2", "")));
}

TEST(TestDatabaseTest, IsGoneAfterwards) {
  const TestDatabase witness;
  std::optional<TestDatabase> database(std::in_place);
  const std::string sql =
      "SELECT count(*) FROM pg_database WHERE datname = '" + database->name() + "'";
  EXPECT_EQ(witness.Query(sql), "1");
  database.reset();
  EXPECT_EQ(witness.Query(sql), "0");
}

TEST(TestDatabaseTest, RunsOnPostgres15OrTheChosenOneWithLogicalWal) {
  const TestDatabase database;
  const std::string version = database.Query("SHOW server_version");
  if (std::getenv("CARMILLA_TEST_POSTGRES_BINARIES") == nullptr) {
    EXPECT_THAT(version, StartsWith("15."));
  }
  EXPECT_THAT(version, StartsWith(std::to_string(database.version() / 10000) + "."));
  EXPECT_EQ(database.Query("SHOW wal_level"), "logical");
  EXPECT_EQ(database.Query("SHOW lc_messages"), "C");
}

TEST(TestDatabaseTest, ThrowsTheServersMessage) {
  const TestDatabase database;
  EXPECT_THROW(database.Exec("SELECT * FROM nowhere"), std::runtime_error);
}

}  // namespace
}  // namespace carmilla
