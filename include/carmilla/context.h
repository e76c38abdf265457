#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "carmilla/internal/backend.h"
#include "carmilla/internal/block.h"
#include "carmilla/model.h"
#include "carmilla/predicate.h"
#include "carmilla/rows.h"
#include "carmilla/table.h"
#include "carmilla/text_arena.h"
#include "carmilla/windows.h"

namespace carmilla {

/// What a task reads and writes with. All that is read in one run is of one moment of the
/// database. Belongs to the task's thread; only Text may be called from functions of
/// ParallelTransform.
class Context {
 public:
  /// For the engine and for tests; `backend` must outlive the context.
  explicit Context(internal::Backend* backend) : backend_(backend) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// The rows of a table for which the server finds `predicate` true, in constant memory.
  template <Model T>
  Rows<T> Stream(const Predicate& predicate = {}) {
    return Rows<T>(backend_, Open<T>(predicate, /*is_stream=*/true));
  }

  /// The same, all in memory, to look them up.
  template <Model T>
  arrow::Result<Table<T>> Load(const Predicate& predicate = {}) {
    return Rows<T>(backend_, Open<T>(predicate, /*is_stream=*/false)).Collect();
  }

  /// The same in windows of time, each of which WriteParquet writes as a partition `dt`
  /// with the window's first day: `Windows<orders>(orders::columns.created_at,
  /// Every::kMonth, from, to)`. The column is a date or timestamp, whose days are UTC's;
  /// windows are whole, from that of `from` to that of the day before `to`.
  template <Model T, AnyColumn C>
    requires std::same_as<typename C::Value, Date> ||
             std::same_as<typename C::Value, Timestamp> ||
             std::same_as<typename C::Value, TimestampTz>
  Rows<T> Windows(const C& column, Every every, Date from, Date to,
                  const Predicate& predicate = {}) {
    // A table of no windows would take the place of a good one.
    if (from >= to) return Rows<T>(backend_, internal::NoWindows());
    internal::Backend* const backend = backend_;
    auto open = [=](const Window& window) {
      internal::ReadRequest request = internal::RequestFor<T>();
      request.where = (predicate && column.On(window.begin, window.end)).parts();
      return backend->Read(request);
    };
    return Rows<T>(backend_,
                   std::make_unique<internal::WindowBlocks<T>>(
                       WindowsBetween(every, from, to), std::move(open)),
                   "dt");
  }

  /// Rows of the task's own making, such as those of groups.
  template <typename T>
  Rows<T> From(std::vector<T> rows) {
    return Rows<T>(backend_, std::make_unique<internal::OwnRows<T>>(std::move(rows)));
  }

  /// The texts one after the other. The result lives as long as the row that is being
  /// made, and outside of the functions of a stream as long as the task.
  template <typename... Texts>
  std::string_view Text(const Texts&... texts) {
    TextArena* const arena = internal::CurrentArena();
    return (arena == nullptr ? texts_ : *arena).Join({std::string_view(texts)...});
  }

  /// True when the run is ending, by a signal or a time limit: a task that computes for
  /// long without reading or writing looks here.
  bool is_stopping() const { return backend_->stop().stop_requested(); }

 private:
  template <Model T>
  std::unique_ptr<internal::BlockSource<T>> Open(const Predicate& predicate,
                                                 bool is_stream) {
    internal::ReadRequest request = internal::RequestFor<T>();
    request.where = predicate.parts();
    request.is_stream = is_stream;
    return std::make_unique<internal::BatchBlocks<T>>(
        [backend = backend_, request = std::move(request)] {
          return backend->Read(request);
        });
  }

  internal::Backend* backend_;
  TextArena texts_;
};

}  // namespace carmilla
