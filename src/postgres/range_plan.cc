#include "postgres/range_plan.h"

#include <algorithm>

namespace carmilla {
namespace {

constexpr int64_t kSmallestTarget = int64_t{64} << 20;
constexpr int64_t kLargestTarget = int64_t{512} << 20;
constexpr int64_t kRangesPerTable = 16;

int64_t DivideUp(int64_t dividend, int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

/// Two workers end together where the number of ranges is even. Few ranges would become
/// much smaller by one more.
int64_t RoundToEven(int64_t count) { return count > 4 ? count + count % 2 : count; }

std::vector<BlockRange> CutLeaf(const LeafDescription& leaf, int64_t block_bytes,
                                int64_t target_bytes) {
  const int64_t blocks = leaf.heap_bytes / block_bytes;
  if (!leaf.is_heap || blocks == 0) return {BlockRange{}};
  // Each heap block stands for its even share of the leaf's TOAST. Equal ranges, lest the
  // last file be tiny.
  const int64_t wanted = DivideUp(leaf.heap_bytes + leaf.toast_bytes, target_bytes);
  const int64_t count = std::clamp(RoundToEven(wanted), int64_t{1}, blocks);
  const int64_t blocks_per_range = DivideUp(blocks, count);
  std::vector<BlockRange> ranges;
  for (int64_t begin = 0; begin < blocks; begin += blocks_per_range) {
    ranges.push_back({.begin = begin, .end = begin + blocks_per_range});
  }
  ranges.back().end.reset();
  return ranges;
}

}  // namespace

int64_t TargetRangeBytes(int64_t table_bytes) {
  return std::clamp(table_bytes / kRangesPerTable, kSmallestTarget, kLargestTarget);
}

std::vector<LeafPlan> PlanRanges(const TableDescription& table) {
  std::vector<LeafPlan> plans;
  plans.reserve(table.leaves.size());
  const int64_t target_bytes = TargetRangeBytes(table.total_bytes);
  for (const LeafDescription& leaf : table.leaves) {
    plans.push_back(
        {.leaf = leaf, .ranges = CutLeaf(leaf, table.block_bytes, target_bytes)});
  }
  // A partitioned table without partitions has nothing to read; a view is its own only
  // leaf.
  if (plans.empty() && table.kind != RelationKind::kPartitionedTable) {
    const LeafDescription itself{.oid = table.oid, .name = table.name, .is_heap = false};
    plans.push_back({.leaf = itself, .ranges = {BlockRange{}}});
  }
  return plans;
}

}  // namespace carmilla
