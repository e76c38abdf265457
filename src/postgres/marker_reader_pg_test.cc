#include "postgres/marker_reader.h"

#include <utility>

#include "postgres/copy_fixture.h"
#include "postgres/recorded_stream.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr int32_t kVersionWithBlockRanges = 140000;

class MarkerReaderTest : public CopyTest {
 protected:
  /// About 80 rows to a block, with holes.
  static constexpr char kRows[] =
      "SELECT n AS id, repeat(chr(97 + n % 26), 50) AS note, n % 7 = 0 AS flag "
      "FROM generate_series(1, 5000) n";

  CopyRequest Sequential(const std::string& table, std::vector<BlockRange> ranges) {
    CopyRequest request = RequestFor(table);
    request.method = ScanMethod::kSequential;
    request.ranges = std::move(ranges);
    request.may_omit_ctid = true;
    request.batch_rows = 100;
    return request;
  }

  CopyRequest InThreeRanges(const std::string& table) {
    return Sequential(table, {{0, 10}, {10, 20}, {20, std::nullopt}});
  }

  /// Whether the rows of `request` can do without ctid.
  bool HasMarkers(CopyRequest request) {
    EXPECT_OK(session_->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    EXPECT_OK(ReadMarkers(*session_, "reading", &request));
    EXPECT_OK(session_->Execute("ROLLBACK"));
    return request.markers.has_value();
  }

  /// By a key of one integer.
  static RangeMarker MarkerOf(int32_t range, const std::string& id) {
    return {range, CopyRow({BigEndian(std::stoul(id), 4)}).substr(sizeof(int16_t))};
  }

  bool CanHaveRanges() const {
    return session_->server().version_number >= kVersionWithBlockRanges;
  }

  /// That ctid and markers cut the same batches.
  void ExpectTheSameBatches(CopyRequest request) {
    const bool has_markers = HasMarkers(request);
    ASSERT_OK_AND_ASSIGN(const auto batches, Read(request));
    const int64_t bytes = wire_bytes_;
    request.may_omit_ctid = false;
    ASSERT_OK_AND_ASSIGN(const auto expected, Read(request));
    ASSERT_EQ(batches.size(), expected.size());
    for (size_t index = 0; index < batches.size(); ++index) {
      ASSERT_EQ(batches[index].range, expected[index].range);
      ASSERT_TRUE(batches[index].rows->Equals(*expected[index].rows));
    }
    // Ctid is ten bytes of each row.
    ASSERT_EQ(bytes < wire_bytes_, has_markers);
  }
};

TEST_F(MarkerReaderTest, FindsTheFirstVisibleRowOfEachRange) {
  if (!CanHaveRanges()) GTEST_SKIP() << "the server has no scan of a range of blocks";
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows +
                 "; ALTER TABLE orders ADD PRIMARY KEY (id); "
                 // The first rows of one range, all of another one.
                 "DELETE FROM orders WHERE ctid >= '(10,0)' AND ctid < '(12,3)' "
                 "OR ctid >= '(20,0)' AND ctid < '(30,0)'");
  CopyRequest request =
      Sequential("orders", {{0, 10}, {10, 20}, {20, 30}, {30, std::nullopt}});
  ASSERT_OK(session_->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  ASSERT_OK(ReadMarkers(*session_, "reading", &request));
  const auto id_at = [&](const std::string& ctid) {
    return database_.Query("SELECT id FROM orders WHERE ctid = '" + ctid + "'");
  };
  EXPECT_THAT(
      std::exchange(request.markers, std::nullopt),
      Optional(ElementsAre(MarkerOf(1, id_at("(12,3)")), MarkerOf(3, id_at("(30,1)")))));
  ASSERT_OK(session_->Execute("ROLLBACK"));
  ExpectTheSameBatches(request);
}

/// Whatever the settings of its role say of costs: else each question would read the
/// table from its begin.
TEST_F(MarkerReaderTest, ReadsNoMoreThanTheBoundaries) {
  if (!CanHaveRanges()) GTEST_SKIP() << "the server has no scan of a range of blocks";
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows +
                 "; ALTER TABLE orders ADD PRIMARY KEY (id); ANALYZE orders");
  CopyRequest request = InThreeRanges("orders");
  ASSERT_OK(session_->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  ASSERT_OK(session_->Execute("SET LOCAL random_page_cost = 100000"));
  ASSERT_OK(session_->Execute("SET LOCAL seq_page_cost = 0"));
  ASSERT_OK(ReadMarkers(*session_, "reading", &request));
  EXPECT_THAT(request.markers, Optional(SizeIs(2)));
  EXPECT_EQ(
      ValueOf(*session_,
              "SELECT pg_catalog.pg_stat_get_xact_numscans('public.orders'::regclass)"),
      "0");
  // What follows may scan as it likes.
  EXPECT_EQ(ValueOf(*session_, "SHOW enable_seqscan"), "on");
  ASSERT_OK(session_->Execute("ROLLBACK"));
}

TEST_F(MarkerReaderTest, SeesTheRowsOfItsSnapshot) {
  if (!CanHaveRanges()) GTEST_SKIP() << "the server has no scan of a range of blocks";
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows +
                 "; ALTER TABLE orders ADD PRIMARY KEY (id)");
  const std::string rows = database_.Query("SELECT count(*) FROM orders");
  CopyRequest request = InThreeRanges("orders");
  ASSERT_OK(session_->Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  ASSERT_OK(session_->Query("SELECT FROM public.orders LIMIT 1").status());
  database_.Exec("DELETE FROM orders WHERE ctid >= '(10,0)' AND ctid < '(11,0)'");
  database_.Exec("UPDATE orders SET note = 'new' WHERE ctid >= '(20,0)'");
  ASSERT_OK(ReadMarkers(*session_, "reading", &request));
  ASSERT_THAT(request.markers, Optional(SizeIs(2)));
  for (const RangeMarker& marker : *request.markers) {
    const std::string place = "(" + std::to_string(marker.range * 10) + ",1)";
    EXPECT_EQ(marker, MarkerOf(marker.range, ValueOf(*session_,
                                                     "SELECT id FROM public.orders WHERE "
                                                     "ctid = '" +
                                                         place + "'")));
  }
  ASSERT_OK_AND_ASSIGN(auto reader, CopyReader::Start(*session_, request));
  int64_t count = 0;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const auto batch, reader->Next(std::stop_token()));
    if (!batch.has_value()) break;
    count += batch->rows->num_rows();
  }
  EXPECT_EQ(std::to_string(count), rows);
}

TEST_F(MarkerReaderTest, TellsRowsApartByAllOfTheKey) {
  database_.Exec(
      "CREATE TABLE lines AS SELECT (n % 3)::int8 AS part, n / 7 AS order_id, "
      "(n % 7)::int2 AS line, 'fixed'::text AS note FROM generate_series(1, 9000) n; "
      "ALTER TABLE lines ADD PRIMARY KEY (line, order_id)");
  ExpectTheSameBatches(InThreeRanges("lines"));
  EXPECT_EQ(HasMarkers(InThreeRanges("lines")), CanHaveRanges());
  // The key is not among the columns, or not all of it.
  for (const std::ptrdiff_t left_out : {1, 2}) {
    CopyRequest request = InThreeRanges("lines");
    request.columns.erase(request.columns.begin() + left_out);
    EXPECT_FALSE(HasMarkers(request));
    ExpectTheSameBatches(request);
  }
}

TEST_F(MarkerReaderTest, TakesTextAsAKey) {
  database_.Exec(
      "CREATE TABLE named AS SELECT 'name ' || n AS name, n AS value "
      "FROM generate_series(1, 5000) n; ALTER TABLE named ADD PRIMARY KEY (name)");
  EXPECT_EQ(HasMarkers(InThreeRanges("named")), CanHaveRanges());
  ExpectTheSameBatches(InThreeRanges("named"));
}

TEST_F(MarkerReaderTest, KeepsCtidWithoutAKeyThatIsNearAndShort) {
  const std::string rows = std::string(kRows);
  database_.Exec("CREATE TABLE keyless AS " + rows +
                 "; CREATE UNIQUE INDEX ON keyless (id)");
  EXPECT_FALSE(HasMarkers(InThreeRanges("keyless")));
  ExpectTheSameBatches(InThreeRanges("keyless"));
  database_.Exec("CREATE TABLE behind_text AS SELECT note, id FROM (" + rows +
                 ") r; ALTER TABLE behind_text ADD PRIMARY KEY (id)");
  EXPECT_FALSE(HasMarkers(InThreeRanges("behind_text")));
  database_.Exec(
      "CREATE TABLE ninth AS SELECT 1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g, 8 h, "
      "r.* FROM (" +
      rows + ") r; ALTER TABLE ninth ADD PRIMARY KEY (id)");
  EXPECT_FALSE(HasMarkers(InThreeRanges("ninth")));
  // Labels may be renamed under the snapshot.
  database_.Exec(
      "CREATE TYPE kind AS ENUM ('a', 'b'); "
      "CREATE TABLE kinds AS SELECT 'a'::kind AS kind, r.* FROM (" +
      rows + ") r; ALTER TABLE kinds ADD PRIMARY KEY (kind, id)");
  EXPECT_FALSE(HasMarkers(InThreeRanges("kinds")));
  // The index holds it compressed.
  database_.Exec(
      "CREATE TABLE long AS SELECT repeat('x', 5000) || n AS key "
      "FROM generate_series(1, 3000) n; ALTER TABLE long ADD PRIMARY KEY (key)");
  EXPECT_FALSE(HasMarkers(Sequential("long", {{0, 2}, {2, std::nullopt}})));
}

TEST_F(MarkerReaderTest, SearchesFewBlocksOfARangeWithoutRows) {
  if (!CanHaveRanges()) GTEST_SKIP() << "the server has no scan of a range of blocks";
  database_.Exec(
      "CREATE TABLE sparse WITH (fillfactor = 10) AS SELECT n AS id, "
      "repeat('x', 500) AS note FROM generate_series(1, 1200) n; "
      "ALTER TABLE sparse ADD PRIMARY KEY (id); "
      "DELETE FROM sparse WHERE ctid >= '(100,0)' AND ctid < '(300,0)'");
  EXPECT_TRUE(
      HasMarkers(Sequential("sparse", {{0, 100}, {100, 220}, {220, 300}, {300, {}}})));
  const CopyRequest long_search =
      Sequential("sparse", {{0, 100}, {100, 300}, {300, std::nullopt}});
  EXPECT_FALSE(HasMarkers(long_search));
  ExpectTheSameBatches(long_search);
  // A search that ends in rows.
  EXPECT_TRUE(HasMarkers(Sequential("sparse", {{0, 250}, {250, std::nullopt}})));
}

TEST_F(MarkerReaderTest, NeedsNoKeyForOneRange) {
  database_.Exec(std::string("CREATE TABLE keyless AS ") + kRows);
  CopyRequest request = Sequential("keyless", {{0, std::nullopt}});
  EXPECT_TRUE(HasMarkers(request));
  ExpectTheSameBatches(request);
  ASSERT_OK(ReadMarkers(*session_, "reading", &request));
  EXPECT_THAT(request.markers, Optional(IsEmpty()));
  database_.Exec("DELETE FROM keyless");
  EXPECT_THAT(Read(Sequential("keyless", {{0, std::nullopt}})), IsOkAndHolds(IsEmpty()));
}

TEST_F(MarkerReaderTest, KeepsCtidForPartsOfATableAndForWhatIsNoTable) {
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows +
                 "; ALTER TABLE orders ADD PRIMARY KEY (id); "
                 "CREATE MATERIALIZED VIEW copied AS SELECT * FROM orders; "
                 "CREATE VIEW seen AS SELECT * FROM orders");
  const std::vector<BlockRange> one{{0, std::nullopt}};
  const CopyRequest whole = Sequential("orders", one);
  ASSERT_TRUE(HasMarkers(whole));
  CopyRequest request = whole;
  request.where = "id > 5";
  EXPECT_FALSE(HasMarkers(request));
  request = whole;
  request.limit = 7;
  EXPECT_FALSE(HasMarkers(request));
  request = whole;
  request.columns[1].mapping.select = {"upper(", ")"};
  EXPECT_FALSE(HasMarkers(request));
  request = whole;
  request.ranges = {{0, 10}};
  EXPECT_FALSE(HasMarkers(request));
  request = whole;
  request.method = ScanMethod::kBlockRange;
  EXPECT_FALSE(HasMarkers(request));
  EXPECT_FALSE(HasMarkers(Sequential("copied", one)));
  ExpectTheSameBatches(Sequential("copied", one));
  EXPECT_FALSE(HasMarkers(Sequential("seen", one)));
}

TEST_F(MarkerReaderTest, KeepsCtidForGeneratedColumns) {
  if (session_->server().version_number < 120000) GTEST_SKIP() << "the server has none";
  database_.Exec(
      "CREATE TABLE priced (id int PRIMARY KEY, "
      "twice int GENERATED ALWAYS AS (id * 2) STORED); "
      "INSERT INTO priced SELECT n FROM generate_series(1, 5000) n");
  const CopyRequest request = InThreeRanges("priced");
  EXPECT_FALSE(HasMarkers(request));
  ExpectTheSameBatches(request);
  CopyRequest without = request;
  without.columns.pop_back();
  EXPECT_EQ(HasMarkers(without), CanHaveRanges());
  ExpectTheSameBatches(without);
}

TEST_F(MarkerReaderTest, ReadsATableWithoutItsChildren) {
  database_.Exec(std::string("CREATE TABLE parents AS ") + kRows +
                 "; ALTER TABLE parents ADD PRIMARY KEY (id); "
                 "CREATE TABLE children () INHERITS (parents); "
                 "INSERT INTO children SELECT * FROM parents");
  EXPECT_EQ(HasMarkers(InThreeRanges("parents")), CanHaveRanges());
  ExpectTheSameBatches(InThreeRanges("parents"));
}

TEST_F(MarkerReaderTest, FindsTheKeysOfPartitions) {
  database_.Exec(std::string("CREATE TABLE whole (id int, note text, flag boolean) "
                             "PARTITION BY RANGE (id); "
                             "CREATE TABLE part PARTITION OF whole DEFAULT; "
                             "INSERT INTO whole ") +
                 kRows);
  EXPECT_FALSE(HasMarkers(InThreeRanges("part")));
  ExpectTheSameBatches(InThreeRanges("part"));
  // Of the parent alone: no promise about partitions.
  database_.Exec(
      "ALTER TABLE part ALTER id SET NOT NULL; "
      "ALTER TABLE ONLY whole ADD PRIMARY KEY (id)");
  EXPECT_FALSE(HasMarkers(InThreeRanges("part")));
  database_.Exec("ALTER TABLE part ADD PRIMARY KEY (id)");
  EXPECT_EQ(HasMarkers(InThreeRanges("part")), CanHaveRanges());
  ExpectTheSameBatches(InThreeRanges("part"));
}

/// An extension that keeps rows elsewhere refuses ctid. COPY would not ask it, and leave
/// them out.
TEST_F(MarkerReaderTest, AsksForCtidOnceEvenOfOneRange) {
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows);
  const CopyRequest request = Sequential("orders", {{0, std::nullopt}});
  EXPECT_TRUE(HasMarkers(request));
  session_ = Connect(SettingsOf("reader"));
  ASSERT_NE(session_, nullptr);
  database_.Exec("GRANT SELECT (id, note, flag) ON orders TO " + role_);
  EXPECT_THAT(Read(request), HasKind(ErrorKind::kPermission));
  database_.Exec("GRANT SELECT ON orders TO " + role_);
  EXPECT_THAT(Read(request), IsOkAndHolds(SizeIs(50)));
}

TEST_F(MarkerReaderTest, IsRefusedByARowSecurityPolicyAsEverybody) {
  database_.Exec(std::string("CREATE TABLE orders AS ") + kRows +
                 "; ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
  const CopyRequest request = Sequential("orders", {{0, std::nullopt}});
  EXPECT_THAT(Read(request), IsOkAndHolds(SizeIs(50)));  // It is the owner's.
  session_ = Connect(SettingsOf("reader"));
  ASSERT_NE(session_, nullptr);
  database_.Exec("GRANT SELECT ON orders TO " + role_);
  CopyRequest with_ctid = request;
  with_ctid.may_omit_ctid = false;
  const auto expected = Read(with_ctid);
  ASSERT_FALSE(expected.ok());
  const auto refused = Read(request);
  EXPECT_THAT(refused, HasKind(KindOf(expected.status())));
  EXPECT_THAT(refused, StatusMessageHas("row-level security"));
}

}  // namespace
}  // namespace carmilla
