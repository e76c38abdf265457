#include "postgres/range_plan.h"

#include <algorithm>
#include <map>
#include <vector>

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

TEST(RangePlanTest, TheLastOfManyRangesAreSmaller) {
  constexpr int64_t kBlocksOfRange = 8000;
  const auto plans = PlanRanges(TableOf({{.heap_bytes = 6 * kBlocksOfRange * kBlock}}));
  EXPECT_THAT(
      plans[0].ranges,
      ElementsAre(BlockRange{0, 8000}, BlockRange{8000, 16000}, BlockRange{16000, 24000},
                  BlockRange{24000, 32000}, BlockRange{32000, 36000},
                  BlockRange{36000, 40000}, BlockRange{40000, 42000},
                  BlockRange{42000, 44000}, BlockRange{44000, 46000},
                  BlockRange{46000, 47000}, BlockRange{47000}));
}

/// The time after which each of `workers` has nothing left to do, if a block takes as
/// long as another and who is free takes the next range.
std::vector<int64_t> EndsOf(const std::vector<BlockRange>& ranges, int64_t blocks,
                            size_t workers) {
  std::vector<int64_t> ends(workers, 0);
  for (const BlockRange& range : ranges) {
    *std::ranges::min_element(ends) += range.end.value_or(blocks) - range.begin;
  }
  return ends;
}

TEST(RangePlanTest, WorkersOfManyRangesEndTogether) {
  // Workers end within one range divided by this.
  const std::map<size_t, int64_t> shares = {{2, 8}, {3, 4}, {4, 2}};
  for (const int64_t mebibytes : {257, 300, 400, 949, 2000, 64 * 1024, 64 * 1024 + 1}) {
    const int64_t blocks = mebibytes * kMebibyte / kBlock;
    const auto plans = PlanRanges(TableOf({{.heap_bytes = mebibytes * kMebibyte}}));
    const std::vector<BlockRange>& ranges = plans[0].ranges;
    const int64_t largest = *ranges.front().end;
    for (const auto& [workers, share] : shares) {
      const auto ends = EndsOf(ranges, blocks, workers);
      EXPECT_LE(std::ranges::max(ends) - std::ranges::min(ends), largest / share + 1)
          << mebibytes << " MiB, " << workers << " workers";
    }
  }
}

TEST(RangePlanTest, OnlyTheLastLeafHasSmallerRanges) {
  const int64_t bytes = 640 * kMebibyte;
  const auto plans = PlanRanges(TableOf({{.heap_bytes = bytes}, {.heap_bytes = bytes}}));
  EXPECT_THAT(plans[0].ranges, SizeIs(8));
  EXPECT_THAT(plans[1].ranges, SizeIs(13));
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
