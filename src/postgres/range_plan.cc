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

/// Parts that a range of usual size consists of; the smallest range is one of them.
constexpr int64_t kPartsPerRange = 8;
/// Of fewer ranges none is made smaller: files would become tiny.
constexpr int64_t kFewRanges = 4;

/// How many parts each of `count` ranges covers. In place of the last two there are
/// smaller and smaller ones: whoever reads the last does not keep the others waiting.
std::vector<int64_t> PartsOfRanges(int64_t count, bool shrinks) {
  if (!shrinks) return std::vector<int64_t>(static_cast<size_t>(count), kPartsPerRange);
  std::vector<int64_t> parts(static_cast<size_t>(count) - 2, kPartsPerRange);
  for (const int64_t part : {4, 4, 2, 2, 2, 1, 1}) parts.push_back(part);
  return parts;
}

std::vector<BlockRange> CutLeaf(const LeafDescription& leaf, bool is_last,
                                int64_t block_bytes, int64_t target_bytes) {
  const int64_t blocks = leaf.heap_bytes / block_bytes;
  if (!leaf.is_heap || blocks == 0) return {BlockRange{}};
  // Each heap block stands for its even share of the leaf's TOAST.
  const int64_t wanted = DivideUp(leaf.heap_bytes + leaf.toast_bytes, target_bytes);
  const int64_t count = std::clamp(wanted, int64_t{1}, blocks);
  const int64_t all_parts = count * kPartsPerRange;
  const bool shrinks = is_last && count > kFewRanges && blocks >= all_parts;
  std::vector<BlockRange> ranges;
  int64_t parts_before = 0;
  for (const int64_t parts : PartsOfRanges(count, shrinks)) {
    const int64_t begin = DivideUp(blocks * parts_before, all_parts);
    parts_before += parts;
    ranges.push_back({.begin = begin, .end = DivideUp(blocks * parts_before, all_parts)});
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
    const bool is_last = &leaf == &table.leaves.back();
    plans.push_back({.leaf = leaf,
                     .ranges = CutLeaf(leaf, is_last, table.block_bytes, target_bytes)});
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
