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

  /// The rows of any SELECT, in constant memory. T is a struct of `generate --query`, or
  /// one of your own whose members CARMILLA_RECORD names as the columns of the SELECT;
  /// others may be there. Values stand in it as `$1`, `$2`..., and are sent quoted, never
  /// as SQL: `Query<Sum>("SELECT ... WHERE created_at >= $1 AND id = ANY ($2)", day,
  /// ids)`. Each has the SQL type of its C++ type, and a text or enum that of what it
  /// stands beside, as a constant in SQL.
  template <typename T, typename... Values>
  Rows<T> Query(std::string_view sql, const Values&... values) {
    internal::CheckReadable<T>();
    auto request = internal::RequestFor<T>(internal::ReadKind::kQuery, "", sql);
    request.parameters = {internal::MakeParameter(values)...};
    return Rows<T>(backend_, Open<T>(std::move(request)));
  }

  /// The rows of a table of the lake, in constant memory, in the version that is
  /// published when the chain begins to read: of an earlier run, or of a task of
  /// `.after`. A task may write the table that it reads. T is as in Query; the value of a
  /// partition, such as `dt`, is a column, too, a text or a Date. What is read is
  /// compared with the proof of what was written.
  template <typename T>
  Rows<T> Lake(std::string_view table) {
    internal::CheckReadable<T>();
    return Rows<T>(
        backend_, Open<T>(internal::RequestFor<T>(internal::ReadKind::kLake, table, "")));
  }

  /// The rows of a SELECT that Athena computes over the tables that the lake's catalog
  /// shows, in constant memory. T is as in Query; Athena knows names in lower case, and
  /// its times have no zone.
  template <typename T>
  Rows<T> Athena(std::string_view sql) {
    internal::CheckReadable<T>();
    return Rows<T>(
        backend_, Open<T>(internal::RequestFor<T>(internal::ReadKind::kAthena, "", sql)));
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
    return Open<T>(std::move(request));
  }

  template <typename T>
  std::unique_ptr<internal::BlockSource<T>> Open(internal::ReadRequest request) {
    return std::make_unique<internal::BatchBlocks<T>>(
        [backend = backend_, request = std::move(request)] {
          return backend->Read(request);
        });
  }

  internal::Backend* backend_;
  TextArena texts_;
};

}  // namespace carmilla
