#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "types/table_description.h"

namespace carmilla {

/// Blocks [begin, end) of one leaf: the rows of one file. The last range of a leaf is
/// open-ended (no `end`), so rows appended after the size was taken are never lost.
struct BlockRange {
  int64_t begin = 0;
  std::optional<int64_t> end;

  bool operator==(const BlockRange&) const = default;
};

/// The ranges of one leaf, in order, without gap or overlap. At least one.
struct LeafPlan {
  LeafDescription leaf;
  std::vector<BlockRange> ranges;
};

/// Bytes of heap and TOAST that one range should cover: total/16 held between 64 MiB and
/// 512 MiB, so that files are neither tiny nor huge. Never depends on the number of
/// workers.
int64_t TargetRangeBytes(int64_t table_bytes);

/// Cuts every leaf of `table` into ranges of about TargetRangeBytes each. Where the last
/// leaf has more than four, its last ones are of half, a quarter and an eighth of that,
/// so that several workers end together. A relation without heap storage (view, foreign
/// table, other access method) gets one open range.
std::vector<LeafPlan> PlanRanges(const TableDescription& table);

}  // namespace carmilla
