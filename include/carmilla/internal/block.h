#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/owned_bytes.h"
#include "carmilla/internal/row_reader.h"
#include "carmilla/text_arena.h"

namespace carmilla::internal {

/// Rows that are computed together: few enough for the processor's cache.
inline constexpr int64_t kRowsOfBlock = 1024;

template <typename T>
struct Block {
  std::vector<T> rows;
  std::string partition;  ///< Of the table that is written; "" without.
  /// What the rows view: the block that they were made from, or the batch.
  std::shared_ptr<const void> origin;
  std::shared_ptr<TextArena> texts;   ///< That were made with the rows; or null.
  std::shared_ptr<const void> maker;  ///< The function that made them, with its captures.
  /// The batch that all of it views in the end, which other blocks may view as well.
  const void* batch = nullptr;
  int64_t batch_bytes = 0;
  /// Bytes that keeping this block keeps besides the batch and its own rows.
  int64_t made_bytes = 0;
};

/// Rows, block by block. One thread at a time.
template <typename T>
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  /// Null after the last block. Whoever keeps the block keeps what its rows view.
  virtual arrow::Result<std::shared_ptr<Block<T>>> Next() = 0;
};

/// A block to fill: the last one again, if nobody keeps it.
template <typename T>
class BlockRoom {
 public:
  std::shared_ptr<Block<T>> Take() {
    if (block_ == nullptr || block_.use_count() > 1) {
      block_ = std::make_shared<Block<T>>();
    }
    block_->rows.clear();
    block_->origin.reset();
    block_->texts.reset();
    block_->maker.reset();
    block_->batch = nullptr;
    block_->batch_bytes = 0;
    block_->made_bytes = 0;
    return block_;
  }

 private:
  std::shared_ptr<Block<T>> block_;
};

/// What a function of the user's threw, as an error: kTask with its text. `row` counts
/// from 0.
arrow::Status RowFailed(int64_t row, std::exception_ptr thrown);
/// The same of an error that it returned.
arrow::Status RowFailed(int64_t row, const arrow::Status& status);
/// kTask: a chain was used after it had been moved on.
arrow::Status UsedTwice();
/// kTask: a join found no row for a key.
arrow::Status JoinMissed();

/// Bytes of all buffers of a batch.
int64_t BytesOf(const arrow::RecordBatch& batch);

/// The rows of batches.
template <typename T>
class BatchBlocks final : public BlockSource<T> {
 public:
  using Open = std::function<arrow::Result<std::unique_ptr<BatchReader>>()>;

  /// `open` is called when the first block is asked for.
  explicit BatchBlocks(Open open, std::string partition = "")
      : open_(std::move(open)), partition_(std::move(partition)) {}

  arrow::Result<std::shared_ptr<Block<T>>> Next() override {
    if (reader_ == nullptr) ARROW_RETURN_NOT_OK(open_().Value(&reader_));
    while (batch_ == nullptr || next_row_ == batch_->num_rows()) {
      ARROW_ASSIGN_OR_RAISE(batch_, reader_->Next());
      if (batch_ == nullptr) return nullptr;
      ARROW_RETURN_NOT_OK(CheckBatch<T>(*batch_));
      batch_bytes_ = BytesOf(*batch_);
      next_row_ = 0;
    }
    auto block = room_.Take();
    const int64_t size = std::min(kRowsOfBlock, batch_->num_rows() - next_row_);
    block->rows.resize(static_cast<size_t>(size));
    ARROW_RETURN_NOT_OK(FillRows(*batch_, next_row_, &block->rows));
    block->origin = batch_;
    block->partition = partition_;
    block->batch = batch_.get();
    block->batch_bytes = batch_bytes_;
    next_row_ += size;
    return block;
  }

 private:
  const Open open_;
  const std::string partition_;
  std::unique_ptr<BatchReader> reader_;
  BlockRoom<T> room_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  int64_t batch_bytes_ = 0;
  int64_t next_row_ = 0;
};

/// Rows that are in memory already.
template <typename T>
class OwnRows final : public BlockSource<T> {
 public:
  explicit OwnRows(std::vector<T> rows) : rows_(std::move(rows)) {}

  arrow::Result<std::shared_ptr<Block<T>>> Next() override {
    if (next_ == rows_.size()) return nullptr;
    auto block = room_.Take();
    const size_t end = std::min(rows_.size(), next_ + static_cast<size_t>(kRowsOfBlock));
    block->rows.assign(rows_.begin() + static_cast<std::ptrdiff_t>(next_),
                       rows_.begin() + static_cast<std::ptrdiff_t>(end));
    next_ = end;
    return block;
  }

 private:
  const std::vector<T> rows_;
  BlockRoom<T> room_;
  size_t next_ = 0;
};

/// Takes what a function made of a row: one row, perhaps one, any number, or one of these
/// or an error.
template <typename T>
struct Yield {
  using Row = T;
  static arrow::Status Put(T&& made, std::vector<T>* rows) {
    rows->push_back(std::move(made));
    return arrow::Status::OK();
  }
};
template <typename T>
struct Yield<std::optional<T>> {
  using Row = T;
  static arrow::Status Put(std::optional<T>&& made, std::vector<T>* rows) {
    if (made.has_value()) rows->push_back(*std::move(made));
    return arrow::Status::OK();
  }
};
template <typename T>
struct Yield<std::vector<T>> {
  using Row = T;
  static arrow::Status Put(std::vector<T>&& made, std::vector<T>* rows) {
    rows->insert(rows->end(), std::make_move_iterator(made.begin()),
                 std::make_move_iterator(made.end()));
    return arrow::Status::OK();
  }
};
template <typename T>
struct Yield<arrow::Result<T>> {
  using Row = typename Yield<T>::Row;
  static arrow::Status Put(arrow::Result<T>&& made, std::vector<Row>* rows) {
    if (!made.ok()) return made.status();
    return Yield<T>::Put(*std::move(made), rows);
  }
};

/// What a join makes of a row: what its function made, or nothing.
template <typename T>
struct Joined {
  using Type = std::optional<T>;
  static arrow::Result<Type> Of(T&& made) { return Type(std::move(made)); }
};
template <typename T>
struct Joined<std::optional<T>> {
  using Type = std::optional<T>;
  static arrow::Result<Type> Of(Type&& made) { return std::move(made); }
};
template <typename T>
struct Joined<std::vector<T>> {
  using Type = std::vector<T>;
  static arrow::Result<Type> Of(Type&& made) { return std::move(made); }
};
template <typename T>
struct Joined<arrow::Result<T>> {
  using Type = typename Joined<T>::Type;
  static arrow::Result<Type> Of(arrow::Result<T>&& made) {
    if (!made.ok()) return made.status();
    return Joined<T>::Of(*std::move(made));
  }
};

/// What a function makes of a row of T.
template <typename F, typename T>
using MadeBy = std::remove_cvref_t<std::invoke_result_t<const F&, const T&>>;

/// Makes the rows of `out` from those of `in`, one after the other. `first_row` is for
/// messages.
template <typename T, typename U, typename F>
arrow::Status MakeRows(const std::shared_ptr<Block<T>>& in, int64_t first_row,
                       const std::shared_ptr<const F>& function, Block<U>* out) {
  using Made = MadeBy<F, T>;
  auto texts = std::make_shared<TextArena>();
  const ArenaScope scope(texts.get());
  int64_t row = first_row;
  try {
    for (const T& from : in->rows) {
      const arrow::Status status =
          Yield<Made>::Put(Made(std::invoke(*function, from)), &out->rows);
      if (!status.ok()) return RowFailed(row, status);
      ++row;
    }
  } catch (...) {
    return RowFailed(row, std::current_exception());
  }
  out->batch = in->batch;
  out->batch_bytes = in->batch_bytes;
  out->made_bytes = in->made_bytes + texts->bytes() + BytesOfRows(in->rows);
  if (!texts->is_empty()) out->texts = std::move(texts);
  out->partition = in->partition;
  out->origin = in;
  out->maker = function;  // What it made may view what it holds.
  return arrow::Status::OK();
}

/// Rows that a function makes of others.
template <typename T, typename U, typename F>
class TransformedBlocks final : public BlockSource<U> {
 public:
  TransformedBlocks(std::unique_ptr<BlockSource<T>> source, F function)
      : source_(std::move(source)),
        function_(std::make_shared<const F>(std::move(function))) {}

  arrow::Result<std::shared_ptr<Block<U>>> Next() override {
    for (;;) {
      auto out = room_.Take();  // Lets go of the block before, which is filled again.
      ARROW_ASSIGN_OR_RAISE(const auto in, source_->Next());
      if (in == nullptr) return nullptr;
      ARROW_RETURN_NOT_OK((MakeRows<T, U>(in, rows_, function_, out.get())));
      rows_ += static_cast<int64_t>(in->rows.size());
      if (!out->rows.empty()) return out;
    }
  }

 private:
  std::unique_ptr<BlockSource<T>> source_;
  const std::shared_ptr<const F> function_;
  BlockRoom<U> room_;
  int64_t rows_ = 0;
};

/// The rows for which a function is true.
template <typename T, typename F>
class FilteredBlocks final : public BlockSource<T> {
 public:
  FilteredBlocks(std::unique_ptr<BlockSource<T>> source, F function)
      : source_(std::move(source)), function_(std::move(function)) {}

  arrow::Result<std::shared_ptr<Block<T>>> Next() override {
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(auto block, source_->Next());
      if (block == nullptr) return nullptr;
      int64_t row = rows_;
      rows_ += static_cast<int64_t>(block->rows.size());
      TextArena texts;  // Of the question, not of the rows.
      const ArenaScope scope(&texts);
      try {
        std::erase_if(block->rows, [&](const T& each) {
          const bool is_kept = std::invoke(function_, each);
          ++row;
          return !is_kept;
        });
      } catch (...) {
        return RowFailed(row, std::current_exception());
      }
      if (!block->rows.empty()) return block;
    }
  }

 private:
  std::unique_ptr<BlockSource<T>> source_;
  const F function_;
  int64_t rows_ = 0;
};

}  // namespace carmilla::internal
