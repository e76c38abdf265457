#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/date.h"
#include "carmilla/internal/block.h"

namespace carmilla {

/// The length of a window of time.
enum class Every : uint8_t {
  kDay,
  kWeek,  ///< From Monday to Sunday.
  kMonth,
};

/// Whole days, from `begin` to before `end`.
struct Window {
  Date begin;
  Date end;

  bool operator==(const Window&) const = default;
};

/// The windows of the calendar that hold a day from `from` to before `to`, in order. They
/// are whole: the first may begin before `from`, the last may end after `to`.
std::vector<Window> WindowsBetween(Every every, Date from, Date to);

namespace internal {

/// kTask: there is no day from `from` to before `to`.
arrow::Status NoWindows();

/// The rows of one window after the other, each read when the one before is done.
template <typename T>
class WindowBlocks final : public BlockSource<T> {
 public:
  using Open = std::function<arrow::Result<std::unique_ptr<BatchReader>>(const Window&)>;

  WindowBlocks(std::vector<Window> windows, Open open)
      : windows_(std::move(windows)), open_(std::move(open)) {}

  arrow::Result<std::shared_ptr<Block<T>>> Next() override {
    for (;;) {
      if (current_ != nullptr) {
        ARROW_ASSIGN_OR_RAISE(auto block, current_->Next());
        if (block != nullptr) return block;
        current_.reset();
      }
      if (next_ == windows_.size()) return nullptr;
      const Window& window = windows_[next_++];
      current_ = std::make_unique<BatchBlocks<T>>(
          [this, window] { return open_(window); }, window.begin.ToString());
    }
  }

 private:
  const std::vector<Window> windows_;
  const Open open_;
  std::unique_ptr<BatchBlocks<T>> current_;
  size_t next_ = 0;
};

}  // namespace internal
}  // namespace carmilla
