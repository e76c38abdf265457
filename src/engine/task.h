#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "stream/batch_source.h"
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
};

/// Rows that a task asks for.
struct TaskRead {
  RelationName relation;  ///< Without `query`.
  std::string query;      ///< A SELECT, or "".
  std::vector<TaskColumn> columns;
  std::string where;  ///< SQL that is safe to send; "" for all rows.
};

/// A table that a task writes.
struct TaskTable {
  std::string name;                       ///< Its one name in the lake.
  std::shared_ptr<arrow::Schema> schema;  ///< Types as ParseArrowType knows them.
  std::string partition_column;           ///< `dt`, or "" for a table without.
  Compression compression = Compression::kZstd;
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
  /// Completes and proves the files. Call once.
  virtual arrow::Result<std::vector<TaskFile>> Finish() = 0;
};

/// What the engine gives to a running task. Methods may be called from any thread, one at
/// a time; sources and writers live no longer than the task's body.
class TaskServices {
 public:
  virtual ~TaskServices() = default;

  /// Opens a scan under the snapshot of the run. kStaleHeader, naming the column, when
  /// the relation differs from what the struct says. Sources are read one at a time or
  /// at once; each has a connection while it is open.
  virtual arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) = 0;

  /// Opens a table for writing; each name once per run.
  virtual arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& table) = 0;

  /// Takes `bytes` of the task's memory until the task ends; kOutOfMemory, with what to
  /// do, when it has no more.
  virtual arrow::Status Reserve(int64_t bytes) = 0;

  virtual std::stop_token stop() const = 0;
  /// How many threads a task may use besides its own.
  virtual int threads() const = 0;
};

/// A unit of work of the user's, run under the snapshot of a run.
struct Task {
  std::string name;
  std::vector<std::string> groups;
  std::vector<std::string> after;      ///< Tasks that must have succeeded before.
  std::string schedule;                ///< Five cron fields, or "".
  std::chrono::seconds time_limit{0};  ///< 0: none.
  /// Reads, computes, writes. What it throws fails it and nothing else.
  std::function<arrow::Status(TaskServices&)> body;
};

}  // namespace carmilla
