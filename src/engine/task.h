#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "stream/batch_source.h"
#include "stream/query_engine.h"
#include "types/storage_choice.h"
#include "types/table_description.h"

namespace carmilla {

/// A column as a task's struct has it.
struct TaskColumn {
  std::string name;
  /// As RenderTypeName printed it when the struct was written; "" is not compared.
  std::string type;
  bool is_nullable = true;  ///< The struct has room for NULL.
  /// What it is read as (types/declared_type.h); "" as the type table says.
  std::string declared;
  /// What the member is, as ArrowTypeText renders it. Compared where there is no `type`.
  std::string arrow_type;
};

/// Where rows come from.
enum class TaskReadKind : uint8_t {
  kRelation,  ///< A relation of the source.
  kQuery,     ///< A SELECT on the source.
  kAthena,    ///< A SELECT that Athena computes.
  kLake,      ///< A table of the lake, as its pointer names it when the read is opened.
};

/// Rows that a task asks for.
struct TaskRead {
  TaskReadKind kind = TaskReadKind::kRelation;
  RelationName relation;  ///< kRelation.
  std::string query;      ///< kQuery, without parameters; kAthena.
  std::string table;      ///< kLake.
  std::vector<TaskColumn> columns;
  std::string where;  ///< kRelation: SQL that is safe to send; "" for all rows.
  /// LIMIT, -1 for none. Who takes TaskServices::limit() here reads a taste of the rows,
  /// as for `--limit`; what others are looked up in is better read whole.
  int64_t limit = -1;
};

/// Has Athena compute a SELECT and opens its rows, in the types of the lake.
using AthenaSelects = std::function<arrow::Result<std::unique_ptr<QueryResult>>(
    const std::string& select, const std::stop_token& stop)>;

/// A table that a task writes.
struct TaskTable {
  std::string name;                        ///< Its one name in the lake.
  std::shared_ptr<arrow::Schema> schema;   ///< Types as ParseArrowType knows them.
  std::string partition_column;            ///< `dt`, or "" for a table without.
  std::optional<Compression> compression;  ///< Nothing: as `defaults:` has it.
};

/// One file as a task is told of it.
struct TaskFile {
  std::string partition;  ///< Value of the partition column, or "".
  int64_t rows = 0;
  int64_t bytes = 0;
};

/// Takes the rows of one table. Order: files hold the rows in the order of the calls.
/// Nothing is visible to anybody before the run publishes; a writer that is destroyed
/// before Finish, and a task that fails after it, leave nothing to see. One thread at a
/// time.
class TaskWriter {
 public:
  virtual ~TaskWriter() = default;

  /// `partition` is "" in a table without; rows of a partition may come in many calls.
  virtual arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                              const std::string& partition) = 0;
  /// Tells of `count` cells that became NULL because they had no value, for the report.
  virtual void CountNull(const std::string& column, int64_t count) = 0;
  /// Completes and proves the files. Call once.
  virtual arrow::Result<std::vector<TaskFile>> Finish() = 0;
};

/// What the engine gives to a running task. Methods may be called from any thread, one at
/// a time; sources and writers live no longer than the task's body.
class TaskServices {
 public:
  virtual ~TaskServices() = default;

  /// Opens a scan under the snapshot of the run. kStaleHeader, naming the columns, when
  /// the relation differs from what the struct says; of a query nobody knows what may be
  /// NULL, so that is for the reader to find. Sources are read one at a time or at once;
  /// each has a connection and a thread that reads ahead while it is open. Batches are
  /// those of BatchSource; the columns are in the order of the read.
  virtual arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) = 0;

  /// Opens a table for writing; each name once per run. kConfiguration when the lake has
  /// a table of the name that is not this task's.
  virtual arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& table) = 0;

  /// Takes `bytes` of the task's memory until the task ends; kOutOfMemory, with what to
  /// do, when it has no more.
  virtual arrow::Status Reserve(int64_t bytes) = 0;

  /// Requested when the run is stopped or the task is over its time limit. Reading and
  /// writing then end with kInterrupted; what computes for long must look at it.
  virtual std::stop_token stop() const = 0;
  /// Rows per table that the run was asked for (`--limit`), -1 for all. Tables are cut
  /// there, whatever a task writes.
  virtual int64_t limit() const = 0;
  /// How many threads a task may use besides its own.
  virtual int threads() const = 0;
};

/// A unit of work of the user's, run under the snapshot of a run.
struct Task {
  std::string name;
  std::vector<std::string> groups;
  /// Tasks whose tables must have been published before. Those that the run was not
  /// asked for do not count.
  std::vector<std::string> after;
  std::string schedule;                ///< Five cron fields, or "".
  std::chrono::seconds time_limit{0};  ///< 0: none.
  /// Reads, computes, writes. What it throws fails it and nothing else. What it wrote is
  /// published when it has returned OK. Failures that did not come from MakeError are
  /// kTask, with their text.
  std::function<arrow::Status(TaskServices&)> body;
};

}  // namespace carmilla
