#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/groups.h"
#include "carmilla/index.h"
#include "carmilla/internal/backend.h"
#include "carmilla/internal/block.h"
#include "carmilla/internal/kept_memory.h"
#include "carmilla/internal/parallel_blocks.h"
#include "carmilla/internal/table_writer.h"
#include "carmilla/table.h"
#include "carmilla/written.h"

namespace carmilla {

/// What becomes of a row whose key finds none in the index.
enum class OnMiss : uint8_t {
  kDrop,  ///< It is left out.
  kFail,  ///< It fails the task.
};

/// A stream of rows in constant memory: a chain that reads nothing until its end
/// (WriteParquet, ForEach, Collect, GroupBy, SumBy) pulls the rows through. Errors of any
/// link, also of making it, come out there. Used once, moved from link to link; one
/// thread at a time.
///
/// Functions of the user's get rows in their order. A row, and what a view in it views,
/// lives until the rows after it are computed; what a function makes may view the row,
/// an index, or `context.Text(...)`. What a function throws, or returns as an error,
/// fails the task.
template <typename T>
class Rows {
 public:
  /// For Context.
  Rows(internal::Backend* backend,
       arrow::Result<std::unique_ptr<internal::BlockSource<T>>> source,
       std::string partition_column = "")
      : backend_(backend), partition_column_(std::move(partition_column)) {
    if (source.ok()) {
      source_ = *std::move(source);
    } else {
      status_ = source.status();
    }
  }

  /// Keeps the rows for which `function(const T&)` is true.
  template <typename F>
  Rows Filter(F function) && {
    if (status_.ok() && source_ == nullptr) status_ = internal::UsedTwice();
    if (!status_.ok()) return std::move(*this);
    source_ = std::make_unique<internal::FilteredBlocks<T, F>>(std::move(source_),
                                                               std::move(function));
    return std::move(*this);
  }

  /// Makes other rows: `function(const T&)` returns a row, or std::optional of one, or
  /// std::vector for any number, or arrow::Result of one of these.
  template <typename F>
  auto Transform(F function) && {
    using U = RowOf<F>;
    return std::move(*this).template Then<U>(
        [&](auto source) -> std::unique_ptr<internal::BlockSource<U>> {
          return std::make_unique<internal::TransformedBlocks<T, U, F>>(
              std::move(source), std::move(function));
        });
  }

  /// The same on several threads, at most those that the run gives. The rows keep their
  /// order. `function` is called from all of them at once.
  template <typename F>
  auto ParallelTransform(F function) && {
    using U = RowOf<F>;
    return std::move(*this).template Then<U>(
        [&](auto source) -> std::unique_ptr<internal::BlockSource<U>> {
          return std::make_unique<internal::ParallelBlocks<T, U, F>>(
              std::move(source), std::move(function), backend_->threads());
        });
  }

  /// Looks each row up by `key`, a member or a function of a row, and makes a row of
  /// both: `function(const T&, const V&)`, which returns what Transform takes; rows that
  /// find none go by `on_miss`.
  template <typename Key, typename V, typename KeyOf, typename F>
  auto Join(Index<Key, V> index, KeyOf key, F function, OnMiss on_miss) && {
    // Asked first, since a function of `const auto&` takes pointers too.
    if constexpr (std::is_invocable_v<const F&, const T&, const V&>) {
      using Made = internal::Joined<
          std::remove_cvref_t<std::invoke_result_t<const F&, const T&, const V&>>>;
      return std::move(*this).Transform(
          [=](const T& row) -> arrow::Result<typename Made::Type> {
            const V* const found = index.Find(std::invoke(key, row));
            if (found != nullptr) return Made::Of(function(row, *found));
            if (on_miss == OnMiss::kFail) return internal::JoinMissed();
            return typename Made::Type();
          });
    } else {
      constexpr bool kTakesPointer = std::is_invocable_v<const F&, const T&, const V*>;
      static_assert(!kTakesPointer,
                    "OnMiss is for a function of (const Row&, const Found&): one that "
                    "takes const Found* gets every row, with null for a miss");
      static_assert(kTakesPointer,
                    "Join takes a function of the row and of what was found: "
                    "(const Row&, const Found&), or (const Row&, const Found*) that gets "
                    "every row");
    }
  }

  /// The same; rows that find none are left out. A function that takes `const V*` gets
  /// every row, with null for a miss.
  template <typename Key, typename V, typename KeyOf, typename F>
  auto Join(Index<Key, V> index, KeyOf key, F function) && {
    if constexpr (std::is_invocable_v<const F&, const T&, const V&>) {
      return std::move(*this).Join(std::move(index), std::move(key), std::move(function),
                                   OnMiss::kDrop);
    } else if constexpr (std::is_invocable_v<const F&, const T&, const V*>) {
      return std::move(*this).Transform(
          [=](const T& row) { return function(row, index.Find(std::invoke(key, row))); });
    } else {
      return std::move(*this).Join(index, key, function, OnMiss::kDrop);
    }
  }

  /// Calls `function(const T&)` with each row.
  template <typename F>
  arrow::Status ForEach(F function) && {
    return Visit(function, [] { return arrow::Status::OK(); });
  }

  /// Keeps all rows in memory, with what they view and what their members own, counted
  /// against the memory of the task.
  arrow::Result<Table<T>> Collect() && {
    auto data = std::make_shared<typename Table<T>::Data>();
    const void* last_batch = nullptr;
    ARROW_RETURN_NOT_OK(Pull([&](const BlockPointer& block) -> arrow::Result<bool> {
      int64_t bytes = internal::BytesOfRows(block->rows) + block->made_bytes;
      if (block->batch != last_batch) bytes += block->batch_bytes;
      last_batch = block->batch;
      data->rows.insert(data->rows.end(), std::make_move_iterator(block->rows.begin()),
                        std::make_move_iterator(block->rows.end()));
      if (block->texts != nullptr) data->viewed.push_back(block->texts);
      data->viewed.push_back(block->origin);
      data->viewed.push_back(block->maker);
      ARROW_RETURN_NOT_OK(internal::ReserveForRows(backend_, bytes));
      return true;
    }));
    return Table<T>(std::move(data), backend_);
  }

  /// Folds the rows of each key, a member or a function of a row, into a state that
  /// begins as `initial`: `fold(State&, const T&)`. Memory holds the groups, not the
  /// rows; they count against the memory of the task, without what a State owns.
  template <typename KeyOf, typename State, typename F>
  auto GroupBy(KeyOf key, const State& initial, F fold) && {
    using Found = std::remove_cvref_t<std::invoke_result_t<const KeyOf&, const T&>>;
    using Key = typename internal::OwnedKey<Found>::Type;
    static_assert(std::is_default_constructible_v<std::hash<Key>>,
                  "GroupBy takes keys that have a std::hash, and this type has none");
    using Made = arrow::Result<Groups<Key, State>>;
    Groups<Key, State> groups;
    int64_t reserved = 0;
    const arrow::Status status = Visit(
        [&](const T& row) { fold(groups.StateOf(std::invoke(key, row), initial), row); },
        [&] {
          const int64_t grown = groups.bytes() - std::exchange(reserved, groups.bytes());
          if (grown == 0) return arrow::Status::OK();
          const auto size = static_cast<int64_t>(groups.size());
          return internal::ReserveForGroups(backend_, grown, size);
        });
    return status.ok() ? Made(std::move(groups)) : Made(status);
  }

  /// Adds numbers up for each key, those of a member or a function of a row:
  /// `SumBy(&orders::user_id, &orders::amount)`.
  template <typename KeyOf, typename ValueOf>
  auto SumBy(KeyOf key, ValueOf value_of) && {
    using Value = std::remove_cvref_t<std::invoke_result_t<const ValueOf&, const T&>>;
    using V = typename internal::WithoutOptional<Value>::Type;
    static_assert(internal::kIsAddable<V>,
                  "SumBy adds up numbers and decimals, and this is neither");
    return std::move(*this).GroupBy(key, Sum<V>(), [=](Sum<V>& sum, const T& row) {
      const std::optional<V> value = std::invoke(value_of, row);
      ++sum.rows;
      if (!value.has_value()) return;
      ++sum.values;
      sum.sum += *value;
    });
  }

  /// Writes the rows as table `name` of the lake, which the run publishes when the task
  /// has ended well. `name` is that of the folder, the catalog's table and SQL.
  WriteResult WriteParquet(const std::string& name, const WriteOptions& options = {}) && {
    static_assert(Record<T> || Model<T>,
                  "WriteParquet takes rows whose members CARMILLA_RECORD tells");
    const auto begin = std::chrono::steady_clock::now();
    internal::TableWriter<T> writer(backend_, name, partition_column_, options);
    arrow::Status status = status_.ok() ? writer.Open() : status_;
    if (status.ok()) {
      status = Pull([&](const BlockPointer& block) -> arrow::Result<bool> {
        ARROW_RETURN_NOT_OK(writer.Write(*block));
        return !writer.is_full();
      });
    }
    auto files = status.ok() ? writer.Finish() : status;
    if (!files.ok()) {
      backend_->OnWriteFailed(files.status());
      return files.status();
    }
    Written written;
    for (internal::WrittenFile& file : *files) {
      written.rows += file.rows;
      written.bytes += file.bytes;
      written.files.push_back({std::move(file.partition), file.rows, file.bytes});
    }
    written.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    return written;
  }

 private:
  template <typename>
  friend class Rows;

  using BlockPointer = std::shared_ptr<internal::Block<T>>;
  /// The row that a function of Transform makes.
  template <typename F>
  static auto RowMadeBy() {
    static_assert(std::is_invocable_v<const F&, const T&>,
                  "Transform takes a function of one row: (const Row&), not mutable");
    using Made = internal::MadeBy<F, T>;
    static_assert(!std::is_void_v<Made>,
                  "Transform takes a function that returns a row: ForEach is for those "
                  "that return nothing");
    return std::type_identity<typename internal::Yield<Made>::Row>();
  }
  template <typename F>
  using RowOf = typename decltype(RowMadeBy<F>())::type;

  /// The next link, of what `make` makes of the source.
  template <typename U, typename Make>
  Rows<U> Then(Make make) && {
    if (status_.ok() && source_ == nullptr) status_ = internal::UsedTwice();
    if (!status_.ok()) return Rows<U>(backend_, status_, partition_column_);
    return Rows<U>(backend_, make(std::move(source_)), partition_column_);
  }

  /// Calls `function` with each row and `after_block` behind those of each block.
  template <typename F, typename After>
  arrow::Status Visit(F&& function, After after_block) {
    int64_t row = 0;
    return Pull([&](const BlockPointer& block) -> arrow::Result<bool> {
      TextArena texts;  // For the time of the block.
      const internal::ArenaScope scope(&texts);
      try {
        for (const T& each : block->rows) {
          function(each);
          ++row;
        }
      } catch (...) {
        return internal::RowFailed(row, std::current_exception());
      }
      ARROW_RETURN_NOT_OK(after_block());
      return true;
    });
  }

  /// Hands all blocks to `take`, until it fails or returns false.
  template <typename Take>
  arrow::Status Pull(Take take) {
    ARROW_RETURN_NOT_OK(status_);
    if (source_ == nullptr) return internal::UsedTwice();
    for (bool goes_on = true; goes_on;) {
      ARROW_ASSIGN_OR_RAISE(const auto block, source_->Next());
      if (block == nullptr) return arrow::Status::OK();
      ARROW_ASSIGN_OR_RAISE(goes_on, take(block));
    }
    return arrow::Status::OK();
  }

  internal::Backend* backend_;
  std::string partition_column_;
  std::unique_ptr<internal::BlockSource<T>> source_;
  arrow::Status status_;
};

}  // namespace carmilla
