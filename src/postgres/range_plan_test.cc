#include "postgres/range_plan.h"

#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMebibyte = 1 << 20;
constexpr int64_t kBlock = 8192;

TableDescription TableOf(std::vector<LeafDescription> leaves) {
  TableDescription table{.oid = 1, .name = {"public", "t"}, .leaves = std::move(leaves)};
  for (const LeafDescription& leaf : table.leaves) {
    table.total_bytes += leaf.heap_bytes + leaf.toast_bytes;
  }
  return table;
}

TEST(RangePlanTest, TargetGrowsWithTheTableWithinLimits) {
  EXPECT_EQ(TargetRangeBytes(0), 64 * kMebibyte);
  EXPECT_EQ(TargetRangeBytes(1600 * kMebibyte), 100 * kMebibyte);
  EXPECT_EQ(TargetRangeBytes(int64_t{1} << 40), 512 * kMebibyte);
}

TEST(RangePlanTest, SmallAndEmptyLeavesAreOneOpenRange) {
  const auto plans = PlanRanges(TableOf({{.heap_bytes = 0}, {.heap_bytes = 5 * kBlock}}));
  ASSERT_THAT(plans, SizeIs(2));
  EXPECT_THAT(plans[0].ranges, ElementsAre(BlockRange{}));
  EXPECT_THAT(plans[1].ranges, ElementsAre(BlockRange{}));
}

TEST(RangePlanTest, CutsIntoEqualRangesTheLastOneOpen) {
  const auto plans = PlanRanges(TableOf({{.heap_bytes = 130 * kMebibyte}}));
  ASSERT_THAT(plans, SizeIs(1));
  EXPECT_THAT(plans[0].ranges, ElementsAre(BlockRange{.begin = 0, .end = 5547},
                                           BlockRange{.begin = 5547, .end = 11094},
                                           BlockRange{.begin = 11094}));
}

TEST(RangePlanTest, ManyRangesAreOfAnEvenNumber) {
  for (const auto& [mebibytes, count] : {std::pair<int64_t, size_t>{250, 4},
                                         {300, 6},
                                         {949, 16},
                                         {64 * 1024, 128},
                                         {64 * 1024 + 1, 130}}) {
    const auto plans = PlanRanges(TableOf({{.heap_bytes = mebibytes * kMebibyte}}));
    EXPECT_THAT(plans[0].ranges, SizeIs(count)) << mebibytes;
  }
}

TEST(RangePlanTest, RangesHaveNeitherGapNorOverlap) {
  for (const int64_t blocks : {1, 2, 8191, 8192, 8193, 65537, 1000003, 90000001}) {
    const auto plans = PlanRanges(TableOf({{.heap_bytes = blocks * kBlock}}));
    const std::vector<BlockRange>& ranges = plans[0].ranges;
    EXPECT_EQ(ranges.front().begin, 0);
    for (size_t i = 0; i + 1 < ranges.size(); ++i) {
      EXPECT_EQ(ranges[i].end, ranges[i + 1].begin);
    }
    EXPECT_LT(ranges.back().begin, blocks);
    EXPECT_EQ(ranges.back().end, std::nullopt);
  }
}

TEST(RangePlanTest, ToastCountsForTheBlocksThatPointToIt) {
  const auto plans =
      PlanRanges(TableOf({{.heap_bytes = 4 * kBlock, .toast_bytes = 1000 * kMebibyte}}));
  // One range per block at most, however wide the rows.
  EXPECT_THAT(plans[0].ranges, SizeIs(4));
}

TEST(RangePlanTest, RelationsWithoutHeapAreOneOpenRange) {
  TableDescription view = TableOf({});
  view.kind = RelationKind::kView;
  const auto plans = PlanRanges(view);
  ASSERT_THAT(plans, SizeIs(1));
  EXPECT_EQ(plans[0].leaf.name, view.name);
  EXPECT_FALSE(plans[0].leaf.is_heap);
  EXPECT_THAT(plans[0].ranges, ElementsAre(BlockRange{}));
  const auto other_method =
      PlanRanges(TableOf({{.heap_bytes = 900 * kMebibyte, .is_heap = false}}));
  EXPECT_THAT(other_method[0].ranges, ElementsAre(BlockRange{}));
}

TEST(RangePlanTest, PartitionedTableWithoutPartitionsHasNothingToRead) {
  TableDescription table = TableOf({});
  table.kind = RelationKind::kPartitionedTable;
  EXPECT_THAT(PlanRanges(table), IsEmpty());
}

}  // namespace
}  // namespace carmilla
