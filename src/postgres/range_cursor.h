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
  arrow::Result<int32_t> Locate(int64_t block) {
    const BlockRange& range = ranges_[current_];
    if (block >= last_block_ && block >= range.begin &&
        (!range.end.has_value() || block < *range.end)) [[likely]] {
      last_block_ = block;
      return static_cast<int32_t>(current_);
    }
    return Advance(block);
  }

 private:
  arrow::Result<int32_t> Advance(int64_t block);

  std::vector<BlockRange> ranges_;
  size_t current_ = 0;
  int64_t last_block_ = 0;
};

}  // namespace carmilla
