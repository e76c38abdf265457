#include "postgres/range_markers.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "postgres/batch_assembler.h"
#include "postgres/copy_maker.h"
#include "postgres/recorded_stream.h"
#include "postgres/sample_columns.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int32_t kServerVersion = 170000;

/// What a row's message has behind its number of fields.
std::string FieldsOf(const std::string& message) {
  return message.substr(sizeof(int16_t));
}

std::string Row(uint64_t id, const std::string& note = "x") {
  return CopyRow({BigEndian(id, 4), note});
}

std::string MarkerOf(uint64_t id) { return FieldsOf(CopyRow({BigEndian(id, 4)})); }

/// A table of two columns in four ranges.
CopyRequest Marked(std::vector<RangeMarker> markers) {
  CopyRequest request;
  request.relation = {"app", "orders"};
  request.parent = request.relation;
  request.columns = {Column("id", WireForm::kInt32, arrow::int32()),
                     Column("note", WireForm::kText, arrow::utf8())};
  request.method = ScanMethod::kSequential;
  request.ranges = {{0, 10}, {10, 20}, {20, 30}, {30, std::nullopt}};
  request.markers = std::move(markers);
  return request;
}

struct Copied {
  std::vector<SourceBatch> batches;
  arrow::Status status;

  /// Range and number of rows of each batch.
  std::vector<std::pair<int32_t, int64_t>> Shape() const {
    std::vector<std::pair<int32_t, int64_t>> shape;
    shape.reserve(batches.size());
    for (const SourceBatch& batch : batches) {
      shape.emplace_back(batch.range, batch.rows->num_rows());
    }
    return shape;
  }
};

/// Puts header and trailer around `rows`.
Copied Copy(const CopyRequest& request, std::vector<std::string> rows,
            size_t most_at_hand = 1000) {
  rows.insert(rows.begin(), CopyHeader());
  rows.push_back(CopyTrailer());
  RecordedStream stream(std::move(rows));
  stream.set_most_at_hand(most_at_hand);
  auto assembler = BatchAssembler::Make(request, kServerVersion).ValueOrDie();
  Copied copied;
  for (;;) {
    auto batch = assembler->Next(stream, std::stop_token());
    copied.status = batch.status();
    if (!batch.ok() || !batch->has_value()) return copied;
    copied.batches.push_back(std::move(**batch));
  }
}

TEST(RangeMarkersTest, BeginARangeWithTheirRow) {
  CopyRequest request = Marked({{1, MarkerOf(3)}, {2, MarkerOf(1)}, {3, MarkerOf(9)}});
  request.first_range = 5;
  const std::vector<std::string> rows{Row(7), Row(2), Row(3), Row(1), Row(4), Row(9)};
  for (const size_t most_at_hand : {1, 2, 1000}) {
    const Copied copied = Copy(request, rows, most_at_hand);
    ASSERT_OK(copied.status);
    EXPECT_THAT(copied.Shape(), ElementsAre(std::pair(5, 2), std::pair(6, 1),
                                            std::pair(7, 2), std::pair(8, 1)));
  }
}

TEST(RangeMarkersTest, LeaveRangesWithoutRowsOut) {
  // The first range has none either: the first row of all begins another one.
  const Copied copied = Copy(Marked({{2, MarkerOf(3)}}), {Row(3), Row(1)});
  ASSERT_OK(copied.status);
  EXPECT_THAT(copied.Shape(), ElementsAre(std::pair(2, 2)));
  const Copied whole = Copy(Marked({}), {Row(3), Row(1)});
  ASSERT_OK(whole.status);
  EXPECT_THAT(whole.Shape(), ElementsAre(std::pair(0, 2)));
  const Copied nothing = Copy(Marked({}), {});
  ASSERT_OK(nothing.status);
  EXPECT_THAT(nothing.batches, IsEmpty());
}

TEST(RangeMarkersTest, CompareAllOfTheKey) {
  // A key of two columns behind one that is none; the rows differ in one of them each.
  const auto row = [](uint64_t part, uint64_t line, uint64_t order) {
    return CopyRow({BigEndian(part, 8), BigEndian(line, 2), BigEndian(order, 8), "note"});
  };
  CopyRequest request = Marked({{1, FieldsOf(row(5, 6, 7)).substr(0, 30)}});
  request.columns = {Column("part", WireForm::kInt64, arrow::int64()),
                     Column("line", WireForm::kInt16, arrow::int16()),
                     Column("order", WireForm::kInt64, arrow::int64()),
                     Column("note", WireForm::kText, arrow::utf8())};
  const Copied copied = Copy(request, {row(5, 6, 8), row(5, 7, 7), row(6, 6, 7),
                                       row(5, 6, 7), row(5, 6, 6), row(5, 6, 9)});
  ASSERT_OK(copied.status);
  EXPECT_THAT(copied.Shape(), ElementsAre(std::pair(0, 3), std::pair(1, 3)));
}

TEST(RangeMarkersTest, RefuseACopyWithoutTheirRows) {
  const std::vector<std::string> rows{Row(1), Row(2), Row(3), Row(4)};
  for (const std::vector<RangeMarker>& markers : {
           // Never there.
           std::vector<RangeMarker>{{1, MarkerOf(9)}},
           {{1, MarkerOf(2)}, {3, MarkerOf(9)}},
           // In another order.
           {{1, MarkerOf(3)}, {2, MarkerOf(2)}},
           // The same row twice.
           {{1, MarkerOf(2)}, {2, MarkerOf(2)}},
           // Longer than any row.
           {{1, MarkerOf(2) + std::string(5000, 'x')}},
           {{1, FieldsOf(Row(2)) + "x"}},
       }) {
    const Copied copied = Copy(Marked(markers), rows);
    EXPECT_THAT(copied.status, HasKind(ErrorKind::kBug));
    EXPECT_THAT(copied.status,
                StatusMessageHas("reading app.orders: rows came out of physical order: "
                                 "the first row of block range "));
  }
}

TEST(RangeMarkersTest, TellWhereInItsRangeARowIs) {
  CopyRequest request = Marked({{1, MarkerOf(2)}, {3, MarkerOf(4)}});
  request.columns[0] = Column("day", WireForm::kDate, arrow::date32());
  request.max_row_bytes = 100;
  constexpr uint64_t kInfinity = 0x7fffffff;
  const std::vector<std::string> rows{Row(1), Row(2), Row(3), Row(4), Row(5)};
  const auto with = [&](size_t place, const std::string& row) {
    std::vector<std::string> changed = rows;
    changed[place] = row;
    return Copy(request, changed).status;
  };
  EXPECT_THAT(with(0, Row(kInfinity)),
              StatusMessageHas("row 1 WHERE ctid >= '(0,0)'::tid AND ctid < "
                               "'(10,0)'::tid: column \"day\": holds infinity"));
  EXPECT_THAT(with(2, Row(kInfinity)),
              StatusMessageHas("row 2 WHERE ctid >= '(10,0)'::tid AND ctid < "
                               "'(20,0)'::tid: column \"day\": holds infinity"));
  EXPECT_THAT(with(4, Row(kInfinity)),
              StatusMessageHas("row 2 WHERE ctid >= '(30,0)'::tid: column \"day\""));
  // The row that begins a range, while others still wait.
  EXPECT_THAT(with(3, Row(4, std::string(200, 'x'))),
              StatusMessageHas("row 1 WHERE ctid >= '(30,0)'::tid has 212 B"));
}

/// The fields of a row up to the end of its first one.
std::string FirstField(const std::string& fields) {
  const auto length = static_cast<size_t>(LoadInt32(fields.data()));
  return fields.substr(0, kCopyLengthBytes + length);
}

TEST(RangeMarkersTest, OverlookNoRowAndLookAtFew) {
  std::mt19937_64 random(20261122);
  int64_t looked_at = 0;
  constexpr int64_t kSlack = kCopySlack + 3 * kMostUncheckedBytes;
  for (int round = 0; round < 2000; ++round) {
    // Keys of 0 to 39 bytes whose values are near each other.
    const size_t size = random() % 40;
    const auto fields_of = [&](uint64_t value) {
      std::string key = std::string(size, 'k') + BigEndian(value, 8);
      key = key.substr(key.size() - size);
      return FieldsOf(CopyRow({key, "some other text, longer than any key may be"}));
    };
    const uint64_t wanted = random() % 250;
    const std::string fields = fields_of(wanted);
    RangeMarkers markers({{1, FirstField(fields)}}, kSlack);
    ASSERT_TRUE(markers.MayBegin((fields + std::string(kSlack, '?')).data()));
    for (uint64_t value = 0; value < 250; ++value) {
      const std::string other = fields_of(value);
      const bool may_begin = markers.MayBegin((other + std::string(kSlack, '?')).data());
      const bool is_same = FirstField(other) == FirstField(fields);
      ASSERT_TRUE(may_begin || !is_same);
      if (may_begin && !is_same) ++looked_at;
    }
    ASSERT_EQ(markers.Locate(fields, 2), 1);
    ASSERT_FALSE(markers.has_next());
  }
  EXPECT_EQ(looked_at, 0);
}

/// Random copies with a key in front: with ctid, and without it by markers.
TEST(RangeMarkersTest, CutAsCtidDoes) {
  int num_ranges = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    CopyMaker maker(seed);
    CopyRequest with_ctid = maker.Request();
    std::vector<PlainRow> rows = maker.Rows(with_ctid);
    with_ctid.columns.insert(with_ctid.columns.begin(),
                             Column("key", WireForm::kInt64, arrow::int64()));
    CopyRequest request = with_ctid;
    request.markers.emplace();
    std::vector<std::string> messages;
    std::vector<std::string> messages_with_ctid;
    int32_t range = 0;
    for (size_t number = 0; number < rows.size(); ++number) {
      PlainRow& row = rows[number];
      row.fields.insert(row.fields.begin(), BigEndian(number * 7919 % 600, 8));
      const std::string message = CopyRow(row.fields) + row.damage;
      messages.push_back(message);
      row.fields.insert(row.fields.begin(), Ctid(row.block, 1));
      messages_with_ctid.push_back(CopyRow(row.fields) + row.damage);
      const int32_t found = row.block < 3 ? 0 : row.block < 4 ? 1 : 2;
      if (found > range)
        request.markers->push_back({found, FirstField(FieldsOf(message))});
      range = found;
    }
    const Copied expected = Copy(with_ctid, messages_with_ctid, 1 + seed % 200);
    const Copied copied = Copy(request, messages, 1 + seed % 190);
    ASSERT_EQ(copied.Shape(), expected.Shape());
    for (size_t index = 0; index < copied.batches.size(); ++index) {
      ASSERT_TRUE(copied.batches[index].rows->Equals(
          *expected.batches[index].rows, /*check_metadata=*/false,
          arrow::EqualOptions().nans_equal(true)));
    }
    ASSERT_EQ(copied.status.ok(), expected.status.ok());
    if (!copied.status.ok()) {
      ASSERT_THAT(copied.status, HasKind(KindOf(expected.status)));
    }
    num_ranges += range;
  }
  EXPECT_GT(num_ranges, 100);
}

}  // namespace
}  // namespace carmilla
