#include "postgres/copy_reader.h"

#include <chrono>
#include <stop_token>
#include <string>

#include "postgres/copy_fixture.h"

namespace carmilla {
namespace {

using std::chrono::steady_clock;
using ::testing::AnyOf;

constexpr char kBegin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

class CopyReaderTest : public CopyTest {
 protected:
  /// Rows of about 100 bytes over many blocks, with holes.
  void MakeOrders(int rows) {
    database_.Exec(
        "CREATE TABLE orders AS SELECT n AS id, n % 7 = 0 AS flag, "
        "CASE WHEN n % 5 > 0 THEN repeat(chr(97 + n % 26), n % 150) END AS note "
        "FROM generate_series(1, " +
        std::to_string(rows) + ") n; DELETE FROM orders WHERE id % 11 = 0");
  }

  int64_t LastBlock() {
    return std::stoll(database_.Query(
        "SELECT pg_relation_size('orders') / current_setting('block_size')::int - 1"));
  }

  void ExpectUsable() {
    ASSERT_OK(session_->Execute("ROLLBACK"));
    EXPECT_EQ(ValueOf(*session_, "SELECT 'usable'"), "usable");
  }

  static int64_t CountRows(const std::vector<SourceBatch>& batches) {
    int64_t rows = 0;
    for (const SourceBatch& batch : batches) rows += batch.rows->num_rows();
    return rows;
  }
};

TEST_F(CopyReaderTest, SequentialAndRangedGiveIdenticalBatches) {
  MakeOrders(30000);
  CopyRequest request = RequestFor("orders");
  const int64_t last = LastBlock();
  ASSERT_GT(last, 100);
  request.method = ScanMethod::kSequential;
  request.ranges = {
      {0, 10}, {10, 11}, {11, last / 2}, {last / 2, last}, {last, std::nullopt}};
  request.batch_rows = 1000;
  request.batch_bytes = 50000;
  ASSERT_OK_AND_ASSIGN(const auto sequential, Read(request));

  std::vector<SourceBatch> ranged;
  for (size_t index = 0; index < request.ranges.size(); ++index) {
    CopyRequest part = request;
    part.method = ScanMethod::kBlockRange;
    part.ranges = {request.ranges[index]};
    part.first_range = static_cast<int32_t>(index);
    ASSERT_OK_AND_ASSIGN(auto batches, Read(part));
    ranged.insert(ranged.end(), batches.begin(), batches.end());
  }
  EXPECT_EQ(std::to_string(CountRows(sequential)),
            database_.Query("SELECT count(*) FROM orders"));
  ASSERT_EQ(sequential.size(), ranged.size());
  for (size_t index = 0; index < ranged.size(); ++index) {
    EXPECT_EQ(sequential[index].range, ranged[index].range);
    EXPECT_TRUE(sequential[index].rows->Equals(*ranged[index].rows));
  }
}

TEST_F(CopyReaderTest, ReadsAnEmptyTableAndSkipsRangesWithoutRows) {
  database_.Exec("CREATE TABLE nothing (id int)");
  CopyRequest request = RequestFor("nothing");
  for (const ScanMethod method :
       {ScanMethod::kStream, ScanMethod::kSequential, ScanMethod::kBlockRange}) {
    request.method = method;
    request.ranges = {{0, std::nullopt}};
    ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
    EXPECT_TRUE(batches.empty());
  }
  MakeOrders(20000);
  database_.Exec("DELETE FROM orders WHERE ctid >= '(10,0)' AND ctid < '(20,0)'");
  request = RequestFor("orders");
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, 10}, {10, 20}, {20, 1000000}, {1000000, std::nullopt}};
  ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].range, 0);
  EXPECT_EQ(batches[1].range, 2);
}

TEST_F(CopyReaderTest, KeepsPhysicalOrderUnderAConditionWithAnIndex) {
  database_.Exec(
      "CREATE TABLE orders AS SELECT n AS id, (n * 7919) % 20011 AS key "
      "FROM generate_series(1, 20000) n; CREATE INDEX ON orders (key); "
      "ANALYZE orders");
  CopyRequest request = RequestFor("orders");
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, 3}, {3, std::nullopt}};
  request.where = "key < 9 -- a few, found by the index";
  ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
  EXPECT_EQ(std::to_string(CountRows(batches)),
            database_.Query("SELECT count(*) FROM orders WHERE key < 9"));
}

TEST_F(CopyReaderTest, LimitsRows) {
  MakeOrders(1000);
  for (const ScanMethod method :
       {ScanMethod::kStream, ScanMethod::kSequential, ScanMethod::kBlockRange}) {
    CopyRequest request = RequestFor("orders");
    request.method = method;
    request.ranges = {{0, std::nullopt}};
    request.limit = 5;
    ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
    EXPECT_EQ(CountRows(batches), 5);
  }
}

TEST_F(CopyReaderTest, ReadsOnlyTheRelationItself) {
  database_.Exec(
      "CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent); "
      "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2)");
  ASSERT_OK_AND_ASSIGN(const auto batches, Read(RequestFor("parent")));
  EXPECT_EQ(CountRows(batches), 1);
}

TEST_F(CopyReaderTest, ReadsViewsAndQueries) {
  MakeOrders(100);
  database_.Exec("CREATE VIEW short_orders AS SELECT id, note FROM orders WHERE id < 10");
  ASSERT_OK_AND_ASSIGN(auto batches, Read(RequestFor("short_orders")));
  EXPECT_EQ(CountRows(batches), 9);
  CopyRequest request = RequestFor("short_orders");
  request.query = "SELECT id, note FROM public.orders ORDER BY id DESC;";
  request.limit = 3;
  ASSERT_OK_AND_ASSIGN(batches, Read(request));
  ASSERT_EQ(CountRows(batches), 3);
  const auto& ids = static_cast<const arrow::Int32Array&>(*batches[0].rows->column(0));
  EXPECT_EQ(ids.Value(0), 100);
}

TEST_F(CopyReaderTest, ReadsOddNamesAndManyColumns) {
  std::string columns;
  for (int index = 0; index < 1590; ++index) {
    columns += (index > 0 ? ", c" : "c") + std::to_string(index) + " int";
  }
  database_.Exec("CREATE TABLE \"Odd \"\"na\nme\" (" + columns +
                 "); INSERT INTO \"Odd \"\"na\nme\" "
                 "(c0, c1589) SELECT n, -n FROM generate_series(1, 3000) n");
  CopyRequest request;
  request.relation = {"public", "Odd \"na\nme"};
  request.parent = request.relation;
  for (int index = 0; index < 1590; ++index) {
    request.columns.push_back(
        {.name = "c" + std::to_string(index),
         .mapping = {.wire = WireForm::kInt32, .arrow_type = arrow::int32()}});
  }
  ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
  EXPECT_EQ(CountRows(batches), 3000);
  EXPECT_GT(batches.size(), 1U);
  EXPECT_EQ(batches[0].rows->column(1)->null_count(), batches[0].rows->num_rows());
}

TEST_F(CopyReaderTest, AConditionCannotBecomeASecondStatement) {
  MakeOrders(10);
  CopyRequest request = RequestFor("orders");
  request.where = "true)) TO STDOUT (FORMAT binary); COMMIT; SELECT (('x'";
  EXPECT_THAT(Read(request), HasKind(ErrorKind::kQuery));
}

TEST_F(CopyReaderTest, StopsSoonAndLeavesTheSessionUsable) {
  database_.Exec("CREATE VIEW endless AS SELECT generate_series(1, 2000000000) AS id");
  // The last one waits for rows that do not come.
  database_.Exec("CREATE VIEW silent AS SELECT 1 AS id, pg_sleep(60)::text AS nothing");
  for (const std::string table : {"endless", "silent"}) {
    CopyRequest request = RequestFor(table);
    if (table == "silent") request.columns.pop_back();
    if (table == "silent") request.where = "nothing IS NULL";
    ASSERT_OK(session_->Execute(kBegin));
    ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, request));
    std::stop_source source;
    if (table == "endless") {
      ASSERT_OK_AND_ASSIGN(const auto batch, reader->Next(source.get_token()));
      ASSERT_TRUE(batch.has_value());
    }
    source.request_stop();
    const auto start = steady_clock::now();
    arrow::Result<std::optional<SourceBatch>> batch = std::nullopt;
    do {
      batch = reader->Next(source.get_token());
    } while (batch.ok());
    EXPECT_THAT(batch, HasKind(ErrorKind::kInterrupted));
    // The contract says 200 ms; a busy test machine may be slower.
    EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(2));
    reader.reset();
    ExpectUsable();
  }
}

TEST_F(CopyReaderTest, EndsEarlyWhenDestroyed) {
  database_.Exec("CREATE VIEW endless AS SELECT generate_series(1, 2000000000) AS id");
  ASSERT_OK(session_->Execute(kBegin));
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, RequestFor("endless")));
  reader.reset();
  ExpectUsable();
}

/// libpq hands over long messages in pieces without telling where they end: no length,
/// least of all one that just fills a piece, may lose or add a byte.
TEST_F(CopyReaderTest, ReadsRowsOfAnyLength) {
  database_.Exec(
      "CREATE VIEW lengths AS SELECT size, size % 7 AS tail, "
      "repeat(chr(97 + size % 26), size) AS note, "
      "CASE WHEN size % 3 > 0 THEN repeat('z', size % 5) END AS rest FROM ("
      "SELECT 65536 * pieces + n AS size FROM generate_series(1, 3) pieces, "
      "generate_series(-60, 60) n UNION ALL SELECT 40000000 ORDER BY 1) sizes");
  CopyRequest request = RequestFor("lengths");
  request.batch_bytes = 4 << 20;
  ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
  EXPECT_EQ(std::to_string(CountRows(batches)),
            database_.Query("SELECT count(*) FROM lengths"));
  for (const SourceBatch& batch : batches) {
    const auto& sizes = static_cast<const arrow::Int32Array&>(*batch.rows->column(0));
    const auto& notes = static_cast<const arrow::StringArray&>(*batch.rows->column(2));
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      const std::string_view note = notes.Value(row);
      ASSERT_EQ(note.size(), static_cast<size_t>(sizes.Value(row)));
      const char letter = static_cast<char>('a' + sizes.Value(row) % 26);
      ASSERT_EQ(note.find_first_not_of(letter), std::string_view::npos);
    }
  }
}

TEST_F(CopyReaderTest, RefusesARowLargerThanTheBudget) {
  database_.Exec(
      "CREATE TABLE orders AS SELECT n AS id, repeat('x', n * 1000000) AS note "
      "FROM generate_series(1, 8) n");
  CopyRequest request = RequestFor("orders");
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, std::nullopt}};
  request.max_row_bytes = 7'500'000;
  ASSERT_OK(session_->Execute(kBegin));
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, request));
  arrow::Result<std::optional<SourceBatch>> batch = std::nullopt;
  do {
    batch = reader->Next(std::stop_token());
  } while (batch.ok() && batch->has_value());
  EXPECT_THAT(batch, HasKind(ErrorKind::kRowTooLarge));
  EXPECT_THAT(batch, StatusMessageHas("row 8 (ctid (0,8)) has 7.6 MiB"));
  ExpectUsable();
}

TEST_F(CopyReaderTest, TakesNoMoreOfARowThanTellsThatItIsTooLarge) {
  database_.Exec(
      "CREATE TABLE orders AS SELECT 1 AS id, repeat('x', 40000000) AS note, "
      "repeat('y', 20000000) AS rest");
  for (const int64_t max_row_bytes : {1'000, 1'000'000, 50'000'000}) {
    CopyRequest request = RequestFor("orders");
    request.max_row_bytes = max_row_bytes;
    ASSERT_OK(session_->Execute(kBegin));
    ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, request));
    const auto batch = reader->Next(std::stop_token());
    EXPECT_THAT(batch, HasKind(ErrorKind::kRowTooLarge));
    // How long `rest` is comes behind `note`.
    EXPECT_THAT(batch,
                StatusMessageHas(max_row_bytes < 40'000'000
                                     ? "row 1 has at least 38.1 MiB, more than fits"
                                     : "row 1 has 57.2 MiB, more than fits"));
    EXPECT_LT(reader->wire_bytes(), max_row_bytes + (128 << 10));
    ExpectUsable();
  }
}

TEST_F(CopyReaderTest, AsksBeforeItTakesALargeRow) {
  database_.Exec(
      "CREATE TABLE orders AS SELECT n AS id, repeat('x', n * 1000000) AS note "
      "FROM generate_series(1, 8) n");
  CopyRequest request = RequestFor("orders");
  int asked = 0;
  request.large_rows = {.bytes = 5'500'000, .admit = [&](const std::stop_token&) {
                          return ++asked < 3 ? arrow::Status::OK()
                                             : MakeError(ErrorKind::kInterrupted, "no");
                        }};
  ASSERT_OK(session_->Execute(kBegin));
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, request));
  for (int row = 1; row <= 7; ++row) {
    ASSERT_OK_AND_ASSIGN(const auto batch, reader->Next(std::stop_token()));
    const int64_t last = batch->rows->num_rows() - 1;
    const auto& ids = static_cast<const arrow::Int32Array&>(*batch->rows->column(0));
    row = ids.Value(last);
    EXPECT_EQ(asked, std::max(row - 5, 0)) << row;
  }
  EXPECT_THAT(reader->Next(std::stop_token()), HasKind(ErrorKind::kInterrupted));
  reader.reset();
  ExpectUsable();
}

TEST_F(CopyReaderTest, TellsErrorsOfTheServerInTheMiddle) {
  database_.Exec(
      "CREATE VIEW failing AS SELECT 1 / (n - 50000) AS id "
      "FROM generate_series(1, 100000) n");
  ASSERT_OK(session_->Execute(kBegin));
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, RequestFor("failing")));
  arrow::Result<std::optional<SourceBatch>> batch = std::nullopt;
  do {
    batch = reader->Next(std::stop_token());
  } while (batch.ok() && batch->has_value());
  EXPECT_THAT(batch, HasKind(ErrorKind::kData));
  EXPECT_THAT(batch, StatusMessageHas("reading public.failing"));
  EXPECT_THAT(reader->Next(std::stop_token()), HasKind(ErrorKind::kData));
  ExpectUsable();
}

TEST_F(CopyReaderTest, TellsWhenTheServerEndsTheSession) {
  database_.Exec("CREATE VIEW endless AS SELECT generate_series(1, 2000000000) AS id");
  const std::string pid = ValueOf(*session_, "SELECT pg_backend_pid()");
  ASSERT_OK(session_->Execute(kBegin));
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, RequestFor("endless")));
  arrow::Result<std::optional<SourceBatch>> batch = std::nullopt;
  database_.Exec("SELECT pg_terminate_backend(" + pid + ")");
  do {
    batch = reader->Next(std::stop_token());
  } while (batch.ok() && batch->has_value());
  EXPECT_THAT(batch, AnyOf(HasKind(ErrorKind::kServerCancelled),
                           HasKind(ErrorKind::kConnectionLost)));
  reader.reset();
  EXPECT_THAT(session_->Execute("SELECT 1"), HasKind(ErrorKind::kConnectionLost));
}

TEST_F(CopyReaderTest, ReceivesLargePiecesOverTcpAndShortAnswersAfterwards) {
  const std::string role = "reader_" + database_.name();
  database_.Exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
  role_ = role;
  database_.Exec(
      "CREATE TABLE orders AS SELECT n AS id, repeat('x', 1000) AS note "
      "FROM generate_series(1, 20000) n; GRANT SELECT ON orders TO " +
      role);
  session_ =
      Connect({.conninfo = database_.TcpConnectionString(role, "secret"), .run_id = "t"});
  ASSERT_NE(session_, nullptr);
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK_AND_ASSIGN(const auto batches, Read(RequestFor("orders")));
    EXPECT_EQ(CountRows(batches), 20000);
    EXPECT_GT(wire_bytes_, 20'000'000);
    EXPECT_EQ(ValueOf(*session_, "SELECT 'short'"), "short");
  }
}

}  // namespace
}  // namespace carmilla
