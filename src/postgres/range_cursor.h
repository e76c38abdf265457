#pragma once

#include <cstdint>
#include <vector>

#include <arrow/result.h>

#include "postgres/range_plan.h"

namespace carmilla {

/// Assigns rows that come in physical order to ranges of blocks.
class RangeCursor {
 public:
  /// `ranges` are in order and do not overlap; at least one.
  explicit RangeCursor(std::vector<BlockRange> ranges) : ranges_(std::move(ranges)) {}

  /// Returns the index of the range that holds `block`. kBug if the block comes before
  /// the one of the previous call or belongs to no range: the server did not scan as
  /// asked.
  arrow::Result<int32_t> Locate(int64_t block);

  /// Whether `block` is that of the previous call, and so in the same range.
  bool IsAt(int64_t block) const { return block == last_block_; }

 private:
  std::vector<BlockRange> ranges_;
  size_t current_ = 0;
  int64_t last_block_ = -1;
};

}  // namespace carmilla
