#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <utility>

#include <arrow/result.h>

#include "carmilla/internal/block.h"
#include "carmilla/internal/worker_pool.h"

namespace carmilla::internal {

/// Rows that a function makes of others on several threads, in the order of the source.
template <typename T, typename U, typename F>
class ParallelBlocks final : public BlockSource<U> {
 public:
  ParallelBlocks(std::unique_ptr<BlockSource<T>> source, F function, int threads)
      : source_(std::move(source)),
        function_(std::make_shared<const F>(std::move(function))),
        most_in_flight_(2 * static_cast<size_t>(std::max(threads, 1))),
        pool_(std::max(threads, 1)) {}

  arrow::Result<std::shared_ptr<Block<U>>> Next() override {
    for (;;) {
      ARROW_RETURN_NOT_OK(FillPool());
      if (in_flight_.empty()) return nullptr;
      Made made = in_flight_.front().get();
      in_flight_.pop_front();
      if (!made.ok() || !(*made)->rows.empty()) return made;
    }
  }

 private:
  using Made = arrow::Result<std::shared_ptr<Block<U>>>;

  arrow::Status FillPool() {
    while (!is_ended_ && in_flight_.size() < most_in_flight_) {
      ARROW_ASSIGN_OR_RAISE(auto in, source_->Next());
      is_ended_ = in == nullptr;
      if (is_ended_) break;
      const int64_t row = rows_;
      rows_ += static_cast<int64_t>(in->rows.size());
      auto work = std::make_shared<std::packaged_task<Made()>>(
          [this, in = std::move(in), row]() -> Made {
            auto out = std::make_shared<Block<U>>();
            ARROW_RETURN_NOT_OK((MakeRows<T, U>(in, row, function_, out.get())));
            return out;
          });
      in_flight_.push_back(work->get_future());
      pool_.Submit([work] { (*work)(); });
    }
    return arrow::Status::OK();
  }

  std::unique_ptr<BlockSource<T>> source_;
  const std::shared_ptr<const F> function_;
  const size_t most_in_flight_;
  bool is_ended_ = false;
  int64_t rows_ = 0;
  std::deque<std::future<Made>> in_flight_;
  WorkerPool pool_;  // last: its threads use the rest
};

}  // namespace carmilla::internal
