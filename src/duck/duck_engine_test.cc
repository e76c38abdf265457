#include "duck/duck_engine.h"

#include <sys/resource.h>

#include <arrow/extension/uuid.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "core/error.h"
#include "duck/lake_fixture.h"

namespace carmilla {
namespace {

using DuckEngineTest = LakeFixture;
using ::testing::ElementsAre;
using ::testing::Not;

std::shared_ptr<arrow::Field> Field(const std::string& name,
                                    const std::shared_ptr<arrow::DataType>& type) {
  return arrow::field(name, type);
}

// Sanitizers hold freed memory back; the whole result would still be 800 MB.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int64_t kStreamingBytes = 512 << 20;
#else
constexpr int64_t kStreamingBytes = 64 << 20;
#endif

int64_t PeakMemoryBytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

TEST_F(DuckEngineTest, JoinsTablesByName) {
  const auto users = WriteFile("users.parquet", "SELECT 1 AS id, 'Anna' AS name");
  const auto orders = WriteFile("orders.parquet",
                                "SELECT 1 AS user_id, 10.50::DECIMAL(12,2) AS amount "
                                "UNION ALL SELECT 1, 2.25");
  Open({{.name = "users",
         .files = {users},
         .schema =
             arrow::schema({Field("id", arrow::int32()), Field("name", arrow::utf8())})},
        {.name = "orders",
         .files = {orders},
         .schema = arrow::schema({Field("user_id", arrow::int32()),
                                  Field("amount", arrow::decimal128(12, 2))})}});
  EXPECT_EQ(Rows("SELECT name, sum(amount) FROM users JOIN orders ON user_id = id "
                 "GROUP BY name; -- with a comment"),
            "Anna|12.75");
}

TEST_F(DuckEngineTest, TellsTypesAsSqlSpellsThem) {
  OpenNumbers();
  ASSERT_OK_AND_ASSIGN(
      const auto result,
      Execute("SELECT i, sum(i) OVER (), 1.5::DECIMAL(12,2), now(), [1], "
              "{'a': 'x'}, MAP {'k': 1}, '{}'::JSON, interval 1 day "
              "FROM numbers LIMIT 1"));
  EXPECT_THAT(
      result->type_names(),
      ElementsAre("BIGINT", "HUGEINT", "DECIMAL(12,2)", "TIMESTAMP WITH TIME ZONE",
                  "INTEGER[]", "STRUCT(\"a\" VARCHAR)", "MAP(VARCHAR, INTEGER)", "JSON",
                  "INTERVAL"));
  EXPECT_EQ(result->schema()->field(1)->type()->ToString(), "decimal128(38, 0)");
  EXPECT_EQ(result->schema()->field(3)->type()->ToString(), "timestamp[us, tz=UTC]");
}

TEST_F(DuckEngineTest, LetsEveryTypeLeaveExactly) {
  OpenNumbers();
  const std::pair<const char*, const char*> cases[] = {
      {"'99999999999999999999999999999999999999'::HUGEINT",
       "99999999999999999999999999999999999999"},
      {"'-99999999999999999999999999999999999999'::HUGEINT",
       "-99999999999999999999999999999999999999"},
      {"340282366920938463463374607431768211455::UHUGEINT",
       "340282366920938463463374607431768211455"},
      {"'123456789012345678901234567890123456789012345'::BIGNUM",
       "123456789012345678901234567890123456789012345"},
      {"'2c1d6a9e-0000-4000-8000-00000000ffff'::UUID",
       "2c1d6a9e-0000-4000-8000-00000000ffff"},
      {"'12:34:56.5+02'::TIMETZ", "12:34:56.5+02"},
      {"'0101'::BIT", "0101"},
      {"INTERVAL '1 year 2 days 3 microseconds'", "1 year 2 days 00:00:00.000003"},
      {"INTERVAL '10000000000000000 microseconds'", "2777777:46:40"},
      {"'a'::ENUM('a', 'b')", "a"},
      {"['a'::ENUM('a', 'b')]", "list<l: string>[a]"},
      {"union_value(n := 1)", "1"},
      {"TIME '12:34:56'", "12:34:56.000000"},
      {"99999999999999999999999999999999999.999::DECIMAL(38,3)",
       "99999999999999999999999999999999999.999"},
      {"TIMESTAMPTZ '2024-05-01 12:00:00+02'", "2024-05-01 10:00:00.000000Z"},
      {"NULL", "null"},
  };
  for (const auto& [expression, expected] : cases) {
    EXPECT_EQ(Rows(std::string("SELECT ") + expression + " AS \"a \"\"name\""), expected)
        << expression;
  }
}

TEST_F(DuckEngineTest, RefusesAnIntegerOfMoreThan38Digits) {
  OpenNumbers();
  EXPECT_THAT(StatusOf("SELECT '100000000000000000000000000000000000000'::HUGEINT"),
              HasKind(ErrorKind::kQuery));
}

TEST_F(DuckEngineTest, KeepsOrderAndRepeatedNamesWhenItCasts) {
  OpenNumbers();
  ASSERT_OK_AND_ASSIGN(
      const auto result,
      Execute(
          "SELECT i, i::UHUGEINT AS i FROM numbers ORDER BY i DESC LIMIT 2 ; /* end */"));
  EXPECT_EQ(result->schema()->field(0)->name(), "i");
  EXPECT_EQ(result->schema()->field(1)->name(), "i");
  EXPECT_THAT(result->type_names(), ElementsAre("BIGINT", "UHUGEINT"));
  EXPECT_EQ(
      Rows("SELECT i, i::UHUGEINT AS i FROM numbers ORDER BY 1 DESC LIMIT 2 ; -- end"),
      "9|9;8|8");
}

TEST_F(DuckEngineTest, KeepsSeveralResultsOpenAtOnce) {
  OpenNumbers();
  ASSERT_OK_AND_ASSIGN(const auto first, Execute("SELECT * FROM range(100000)"));
  ASSERT_OK_AND_ASSIGN(const auto second, Execute("SELECT * FROM numbers"));
  engine_.reset();
  int64_t num_rows = 0;
  while (true) {
    ASSERT_OK_AND_ASSIGN(const auto batch, first->Next(std::stop_token()));
    if (batch == nullptr) break;
    num_rows += batch->num_rows();
  }
  EXPECT_EQ(num_rows, 100000);
  ASSERT_OK_AND_ASSIGN(const auto batch, second->Next(std::stop_token()));
  EXPECT_EQ(batch->num_rows(), 10);
}

TEST_F(DuckEngineTest, StreamsFiftyMillionRowsInBoundedMemory) {
  Open({}, {.memory_bytes = 64 << 20});
  ASSERT_OK_AND_ASSIGN(const auto result,
                       Execute("SELECT i, i * 2 AS j FROM range(50000000) t(i)"));
  ASSERT_OK_AND_ASSIGN(auto batch, result->Next(std::stop_token()));
  const int64_t memory_before = PeakMemoryBytes();
  int64_t num_rows = 0;
  int64_t sum = 0;
  while (batch != nullptr) {
    num_rows += batch->num_rows();
    const auto& column = static_cast<const arrow::Int64Array&>(*batch->column(0));
    sum += column.Value(batch->num_rows() - 1);
    ASSERT_OK_AND_ASSIGN(batch, result->Next(std::stop_token()));
  }
  EXPECT_EQ(num_rows, 50000000);
  EXPECT_GT(sum, 0);
  EXPECT_LT(PeakMemoryBytes() - memory_before, kStreamingBytes);
}

TEST_F(DuckEngineTest, SpillsIntoItsOwnFolderAndRemovesIt) {
  const std::filesystem::path spill = root_ / "not" / "yet";
  Open({}, {.memory_bytes = 64 << 20, .temp_directory = spill.string()});
  const std::filesystem::directory_iterator folders(spill);
  ASSERT_NE(folders, std::filesystem::directory_iterator());
  const std::filesystem::path own = folders->path();
  EXPECT_EQ(std::filesystem::status(own).permissions(), std::filesystem::perms::owner_all)
      << "nobody else reads what is spilled";
  EXPECT_TRUE(std::filesystem::is_empty(own));
  ASSERT_OK_AND_ASSIGN(
      auto result,
      Execute("SELECT i, md5(i::VARCHAR) AS h FROM range(3000000) t(i) ORDER BY h"));
  EXPECT_FALSE(std::filesystem::is_empty(own));
  result.reset();
  engine_.reset();
  EXPECT_FALSE(std::filesystem::exists(spill));
}

TEST_F(DuckEngineTest, TellsWhenMemoryDoesNotSuffice) {
  Open({}, {.memory_bytes = 32 << 20});
  const arrow::Status status =
      StatusOf("SELECT i, md5(i::VARCHAR) AS h FROM range(3000000) t(i) ORDER BY h");
  EXPECT_THAT(status, HasKind(ErrorKind::kOutOfMemory));
  EXPECT_THAT(status, StatusHintHas("memory"));
}

TEST_F(DuckEngineTest, StopsWhenInterruptedWhileItStarts) {
  OpenNumbers();
  std::stop_source stop;
  std::jthread interrupter([&] { stop.request_stop(); });
  const auto begin = std::chrono::steady_clock::now();
  const auto result = engine_->Execute(
      "SELECT count(*) FROM range(10000000) a, range(10000000) b", stop.get_token());
  EXPECT_THAT(result, HasKind(ErrorKind::kInterrupted));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(DuckEngineTest, StopsWhenInterruptedBetweenBatches) {
  OpenNumbers();
  std::stop_source stop;
  ASSERT_OK_AND_ASSIGN(
      const auto result,
      engine_->Execute("SELECT * FROM range(1000000000)", stop.get_token()));
  ASSERT_OK(result->Next(stop.get_token()));
  stop.request_stop();
  EXPECT_THAT(result->Next(stop.get_token()), HasKind(ErrorKind::kInterrupted));
  EXPECT_EQ(Rows("SELECT count(*) FROM numbers"), "10");
}

TEST_F(DuckEngineTest, SuggestsTheNearestTable) {
  OpenNumbers();
  const arrow::Status status = StatusOf("SELECT * FROM numbesr");
  EXPECT_THAT(status, HasKind(ErrorKind::kQuery));
  EXPECT_THAT(status, StatusMessageHas("Table with name numbesr does not exist"));
  EXPECT_THAT(status, StatusHintHas("\"numbers\""));
  EXPECT_THAT(StatusOf("SELECT * FROM entirely_else"),
              StatusHintHas("the tables are numbers"));
}

TEST_F(DuckEngineTest, TellsTheEnginesOwnWords) {
  OpenNumbers();
  const arrow::Status column = StatusOf("SELECT j FROM numbers");
  EXPECT_THAT(column, HasKind(ErrorKind::kQuery));
  EXPECT_THAT(column, StatusMessageHas("Referenced column \"j\" not found"));
  EXPECT_THAT(column, StatusHintHas("Candidate bindings: \"i\""));
  const arrow::Status syntax = StatusOf("SELECT i\nFORM numbers x y");
  EXPECT_THAT(syntax, HasKind(ErrorKind::kQuery));
  EXPECT_THAT(syntax, StatusMessageHas("syntax error"));
  EXPECT_THAT(syntax, StatusMessageHas("(line 2)"));
  EXPECT_THAT(StatusOf("SELECT error('boom')"), HasKind(ErrorKind::kQuery));
}

TEST_F(DuckEngineTest, RefusesAnEmptyQueryAndParameters) {
  OpenNumbers();
  EXPECT_THAT(StatusOf(""), StatusMessageHas("it is empty"));
  EXPECT_THAT(StatusOf(" -- nothing"), StatusMessageHas("it is empty"));
  EXPECT_THAT(StatusOf("SELECT $1"), StatusMessageHas("it has parameters"));
  EXPECT_THAT(StatusOf(std::string("SELECT 1\0", 9)), StatusMessageHas("zero byte"));
}

TEST_F(DuckEngineTest, NamesAMissingFile) {
  const auto first = WriteFile("t/a.parquet", "SELECT 1::BIGINT AS i");
  const auto second = WriteFile("t/b.parquet", "SELECT 2::BIGINT AS i");
  const auto other = WriteFile("other.parquet", "SELECT 3::BIGINT AS i");
  const auto schema = arrow::schema({Field("i", arrow::int64())});
  std::filesystem::remove(first);
  Open({{.name = "T", .files = {first, second}, .schema = schema},
        {.name = "other", .files = {other, second}, .schema = schema}});
  const arrow::Status status = StatusOf("SELECT * FROM t");
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas(first));
  EXPECT_EQ(Rows("SELECT sum(i) FROM other"), "5");
  std::filesystem::remove(second);
  const arrow::Status later = StatusOf("SELECT * FROM other");
  EXPECT_THAT(later, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(later, StatusMessageHas("a file of the lake is missing: " + second));
}

TEST_F(DuckEngineTest, NamesADamagedFile) {
  const auto file =
      WriteFile("t/a.parquet", "SELECT i, md5(i::VARCHAR) h FROM range(9999) t(i)");
  const auto schema =
      arrow::schema({Field("i", arrow::int64()), Field("h", arrow::utf8())});
  const QueryTable table = {.name = "t", .files = {file}, .schema = schema};
  {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(8);
    stream << std::string(20000, 'x');
  }
  Open({table});
  EXPECT_THAT(StatusOf("SELECT sum(i), max(h) FROM t"), HasKind(ErrorKind::kCorruptData));
  std::filesystem::resize_file(file, 5000);
  Open({table});
  const arrow::Status status = StatusOf("SELECT * FROM t");
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas(file));
}

TEST_F(DuckEngineTest, NeverBlamesTheQueryForDamage) {
  const auto file = WriteFile(
      "t/a.parquet", "SELECT i, md5(i::VARCHAR) AS h, i / 7 AS d FROM range(500) t(i)");
  const auto schema =
      arrow::schema({Field("i", arrow::int64()), Field("h", arrow::utf8()),
                     Field("d", arrow::float64())});
  std::string good;
  {
    std::ifstream stream(file, std::ios::binary);
    good.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::minstd_rand random(3);
  for (int i = 0; i < 40; ++i) {
    std::string damaged = good;
    // Half of the damage goes to the footer, where structure is dense.
    const size_t reach = i % 2 == 0 ? good.size() : 800;
    char& byte = damaged[good.size() - 1 - random() % reach];
    byte = static_cast<char>(byte ^ (1U << (i % 8)));
    std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    Open({{.name = "t", .files = {file}, .schema = schema}});
    const arrow::Status status = StatusOf("SELECT * FROM t");
    if (status.ok()) continue;
    EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData)) << i;
  }
}

TEST_F(DuckEngineTest, TellsAFileThatBelongsToAnotherTable) {
  const auto right = WriteFile("t/a.parquet", "SELECT 1::BIGINT AS i, 'x' AS name");
  const auto wrong = WriteFile("t/b.parquet", "SELECT 1::BIGINT AS other");
  const auto schema =
      arrow::schema({Field("i", arrow::int64()), Field("name", arrow::utf8())});
  Open({{.name = "first", .files = {wrong, right}, .schema = schema},
        {.name = "second", .files = {right, wrong}, .schema = schema}});
  EXPECT_THAT(StatusOf("SELECT * FROM first"), HasKind(ErrorKind::kCorruptData));
  const arrow::Status status = StatusOf("SELECT * FROM second");
  EXPECT_THAT(status, HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(status, StatusMessageHas(wrong));
}

TEST_F(DuckEngineTest, DescribesATableWithoutFiles) {
  Open({{.name = "empty",
         .files = {},
         .schema = arrow::schema(
             {Field("a", arrow::decimal64(12, 2)), Field("b", arrow::list(arrow::utf8())),
              Field("c", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
              Field("d", arrow::binary())}),
         .partition_columns = {"dt"}}});
  ASSERT_OK_AND_ASSIGN(const auto result, Execute("SELECT * FROM empty"));
  EXPECT_THAT(result->type_names(),
              ElementsAre("DECIMAL(12,2)", "VARCHAR[]", "TIMESTAMP WITH TIME ZONE",
                          "BLOB", "VARCHAR"));
  ASSERT_OK_AND_ASSIGN(const auto batch, result->Next(std::stop_token()));
  EXPECT_EQ(batch, nullptr);
}

/// A table shall have the same types before its first row is stored and after.
TEST_F(DuckEngineTest, DescribesATableWithoutFilesAsOneWithFiles) {
  const auto item = arrow::struct_(
      {Field("n", arrow::int64()), Field("tags", arrow::list(arrow::utf8()))});
  const auto schema =
      arrow::schema({Field("id", arrow::extension::uuid()),
                     Field("at", arrow::time64(arrow::TimeUnit::MICRO)),
                     Field("ids", arrow::list(arrow::extension::uuid())),
                     Field("item", item), Field("items", arrow::list(item)),
                     Field("pairs", arrow::map(arrow::utf8(), arrow::utf8())),
                     Field("amount", arrow::decimal128(20, 0)),
                     Field("reals", arrow::list(arrow::float32()))});
  const std::string file = WriteFile(
      "t.parquet",
      "SELECT uuid() AS id, TIME '01:02:03' AS \"at\", [uuid()] AS ids, "
      "{'n': 1::BIGINT, 'tags': ['a']} AS item, [{'n': 1::BIGINT, 'tags': ['a']}] AS "
      "items, "
      "MAP {'k': 'v'} AS pairs, 1::DECIMAL(20,0) AS amount, [1::FLOAT] AS reals");
  Open({{.name = "empty", .files = {}, .schema = schema},
        {.name = "stored", .files = {file}, .schema = schema}});
  ASSERT_OK_AND_ASSIGN(const auto empty, Execute("SELECT * FROM empty"));
  ASSERT_OK_AND_ASSIGN(const auto stored, Execute("SELECT * FROM stored"));
  EXPECT_EQ(empty->type_names(), stored->type_names());
  EXPECT_EQ(empty->type_names().front(), "UUID");
}

TEST_F(DuckEngineTest, ListsAndDescribesTables) {
  OpenNumbers();
  EXPECT_EQ(Rows("SHOW TABLES"), "numbers");
  EXPECT_EQ(Rows("SELECT column_name, column_type FROM (DESCRIBE numbers)"), "i|BIGINT");
  EXPECT_THAT(StatusOf("SUMMARIZE numbers"), IsOk());
  EXPECT_THAT(Rows("EXPLAIN SELECT * FROM numbers"), Not(""));
  EXPECT_THAT(Rows("/* why */ explain -- so\n analyze SELECT * FROM numbers"), Not(""));
}

}  // namespace
}  // namespace carmilla
