#include "postgres/range_cursor.h"

#include <string>

#include "core/error.h"

namespace carmilla {

arrow::Result<int32_t> RangeCursor::Locate(int64_t block) {
  if (block < last_block_) {
    return MakeError(ErrorKind::kBug, "rows came out of physical order: block " +
                                          std::to_string(block) + " after block " +
                                          std::to_string(last_block_));
  }
  last_block_ = block;
  const auto ends_before = [&](const BlockRange& range) {
    return range.end.has_value() && block >= *range.end;
  };
  while (current_ + 1 < ranges_.size() && ends_before(ranges_[current_])) ++current_;
  const BlockRange& range = ranges_[current_];
  if (block < range.begin || ends_before(range)) {
    return MakeError(ErrorKind::kBug, "a row of block " + std::to_string(block) +
                                          " belongs to none of the ranges asked for");
  }
  return static_cast<int32_t>(current_);
}

}  // namespace carmilla
