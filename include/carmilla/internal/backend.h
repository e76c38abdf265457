#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "carmilla/internal/query_parameter.h"
#include "carmilla/internal/sql_part.h"

namespace carmilla::internal {

/// A column as a struct has it.
struct ReadColumn {
  std::string name;
  /// As PostgreSQL had it when the header was written; "" of a record's member.
  std::string type;
  bool is_nullable = true;
  std::string declared;                      ///< As Slot::Declared.
  std::shared_ptr<arrow::DataType> in_rows;  ///< As Slot::Type.
};

/// Where rows come from.
enum class ReadKind : uint8_t { kRelation, kQuery, kLake, kAthena };

/// Rows that a task asks for.
struct ReadRequest {
  ReadKind kind = ReadKind::kRelation;
  std::string schema;                      ///< kRelation.
  std::string name;                        ///< kRelation, kLake.
  std::string query;                       ///< kQuery, kAthena.
  std::vector<QueryParameter> parameters;  ///< kQuery.
  std::vector<ReadColumn> columns;
  std::vector<SqlPart> where;
  /// Of a stream, which a run with a limit cuts; a look-up is always whole.
  bool is_stream = true;
};

/// Rows as they come. One thread at a time.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// Null after the last batch.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
};

/// A table that a task writes.
struct WriteRequest {
  std::string name;
  std::shared_ptr<arrow::Schema> schema;
  std::string partition_column;  ///< "" if there is none.
  std::string compression;       ///< "": as configured.
};

struct WrittenFile {
  std::string partition;  ///< Value of the partition column, or "".
  int64_t rows = 0;
  int64_t bytes = 0;
};

/// Takes rows in the order of the files. One thread at a time.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  virtual arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                              const std::string& partition) = 0;
  /// Tells of a cell that became NULL because it had no value.
  virtual void CountInvalid(const std::string& column) = 0;
  virtual arrow::Result<std::vector<WrittenFile>> Finish() = 0;
};

/// What a decimal without a value becomes when it is written.
enum class InvalidValue : uint8_t { kFail, kNull };

/// What a context is backed by: a run of the engine, or the rows of a test.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual arrow::Result<std::unique_ptr<BatchReader>> Read(
      const ReadRequest& request) = 0;
  virtual arrow::Result<std::unique_ptr<BatchWriter>> Write(
      const WriteRequest& request) = 0;
  /// Takes memory until the task ends; fails when it has no more.
  virtual arrow::Status Reserve(int64_t bytes) = 0;
  virtual std::stop_token stop() const = 0;
  /// Rows after which a table is complete; -1 for all.
  virtual int64_t limit() const { return -1; }
  virtual int threads() const = 0;
  virtual InvalidValue on_invalid() const = 0;
  /// A table could not be written. The task fails by it, whatever it returns.
  virtual void OnWriteFailed(const arrow::Status& status) = 0;
};

}  // namespace carmilla::internal
