#include <fstream>
#include <map>

#include "core/error.h"
#include "duck/duck_engine.h"
#include "duck/lake_fixture.h"

namespace carmilla {
namespace {

/// Every file under a folder with its bytes.
std::map<std::string, std::string> Contents(const std::filesystem::path& root) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    std::string& bytes = contents[entry.path().string()];
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
  }
  return contents;
}

class DuckSafetyTest : public LakeFixture {
 protected:
  DuckSafetyTest() {
    OpenNumbers();
    std::ofstream(root_ / "numbers" / "manifest.json") << "{}";
    before_ = Contents(root_);
  }

  /// Replaces LAKE and FILE by the lake's root and its one file.
  std::string Fill(std::string sql) const {
    const auto replace = [&](const std::string& word, const std::string& text) {
      for (size_t at = sql.find(word); at != std::string::npos; at = sql.find(word)) {
        sql.replace(at, word.size(), text);
      }
    };
    replace("LAKE", root_.string());
    replace("FILE", numbers_file_);
    return sql;
  }

  std::map<std::string, std::string> before_;
};

TEST_F(DuckSafetyTest, RefusesEveryStatementThatDoesNotRead) {
  const char* const statements[] = {
      "COPY (SELECT 1) TO 'LAKE/new.csv'",
      "COPY numbers TO 'FILE' (FORMAT parquet)",
      "COPY (SELECT 1) TO 'LAKE/new' (FORMAT parquet, PARTITION_BY (x))",
      "EXPLAIN ANALYZE COPY (SELECT 1) TO 'LAKE/new.csv'",
      "EXPLAIN ANALYZE COPY (SELECT 1 AS i) TO 'FILE' (FORMAT parquet)",
      "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'FILE'",
      "EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO 'FILE'",
      "EXPLAIN /* SELECT 1 */ ANALYZE /* SELECT 1 */ COPY (SELECT 1) TO 'FILE'",
      "EXPLAIN CREATE TABLE t AS SELECT 1",
      "EXPORT DATABASE 'LAKE/export'",
      "IMPORT DATABASE 'LAKE/export'",
      "ATTACH 'LAKE/new.db'",
      "ATTACH 'FILE' AS f",
      "DETACH memory",
      "USE memory",
      "INSTALL httpfs",
      "LOAD httpfs",
      "LOAD 'LAKE/x.duckdb_extension'",
      "SET threads = 1",
      "SET enable_external_access = true",
      "SET VARIABLE x = 1",
      "RESET lock_configuration",
      "PRAGMA threads = 1",
      "PRAGMA enable_profiling",
      "PRAGMA profiling_output = 'LAKE/profile.json'",
      "CALL enable_logging(storage = 'file', storage_path = 'LAKE/log')",
      "SELECT * FROM enable_logging(storage = 'file', storage_path = 'LAKE/log')",
      "FROM query('FROM Enable_Logging(storage_path = ''LAKE/log'', storage=''file'')')",
      "FROM query('COPY (SELECT 1) TO ''LAKE/new.csv''')",
      "CREATE TABLE t AS SELECT 1",
      "CREATE OR REPLACE VIEW numbers AS SELECT 1",
      "CREATE SECRET s (TYPE s3)",
      "DROP VIEW numbers",
      "ALTER VIEW numbers RENAME TO n",
      "INSERT INTO numbers VALUES (1)",
      "UPDATE numbers SET i = 1",
      "DELETE FROM numbers",
      "TRUNCATE numbers",
      "PREPARE p AS COPY (SELECT 1) TO 'LAKE/new.csv'",
      "EXECUTE p",
      "BEGIN",
      "CHECKPOINT",
      "VACUUM",
      "SELECT 1; COPY (SELECT 1) TO 'LAKE/new.csv'",
      "COPY (SELECT 1) TO 'LAKE/new.csv'; SELECT 1",
  };
  for (const char* statement : statements) {
    const arrow::Status status = StatusOf(Fill(statement));
    EXPECT_THAT(status, HasKind(ErrorKind::kQuery)) << statement;
  }
  EXPECT_EQ(Rows("SELECT count(*) FROM numbers"), "10");
  engine_.reset();
  EXPECT_EQ(Contents(root_), before_);
}

TEST_F(DuckSafetyTest, ReadsNothingButTheFilesOfTheTables) {
  const char* const queries[] = {
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM read_blob('/etc/passwd')",
      "SELECT * FROM read_json('LAKE/numbers/manifest.json')",
      "SELECT * FROM read_text('LAKE/numbers/../numbers/manifest.json')",
      "SELECT * FROM 'LAKE/numbers/manifest.json'",
      "SELECT * FROM sniff_csv('/etc/passwd')",
      "SELECT * FROM parquet_metadata('/etc/passwd')",
      "SELECT * FROM glob('/etc/*')",
      "SELECT * FROM glob('LAKE/**')",
      "SELECT * FROM read_parquet('LAKE/numbers/*')",
      "SELECT * FROM read_csv('https://localhost:1/x.csv')",
      "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
      "SELECT getenv('HOME')",
  };
  for (const char* query : queries) {
    EXPECT_THAT(StatusOf(Fill(query)), HasKind(ErrorKind::kQuery)) << query;
  }
  EXPECT_THAT(StatusOf("SELECT * FROM read_text('/etc/passwd')"),
              StatusHintHas("the tables are numbers"));
  EXPECT_EQ(Rows(Fill("SELECT count(*) FROM 'FILE'")), "10");
}

TEST_F(DuckSafetyTest, KeepsSettingsLocked) {
  EXPECT_EQ(Rows("SELECT current_setting('enable_external_access'), "
                 "current_setting('lock_configuration'), current_setting('TimeZone'), "
                 "current_setting('autoload_known_extensions')"),
            "false|true|UTC|false");
}

}  // namespace
}  // namespace carmilla
