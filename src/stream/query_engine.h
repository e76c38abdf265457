#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// A table of the lake as an engine sees it: a name, and the files that the pointer named
/// at one moment.
struct QueryTable {
  std::string name;
  std::vector<std::string> files;  ///< Paths or URIs; empty for a table without rows.
  std::shared_ptr<arrow::Schema> schema;  ///< Without partition columns.
  /// Names of partition columns; values stand in the files' paths as `name=value`.
  std::vector<std::string> partition_columns;
};

/// A view that an engine shall know: a name, and the one SELECT behind it.
struct QueryView {
  std::string name;
  std::string sql;
  arrow::Status status;  ///< Why there is none: what statements that name it fail with.
};

/// The rows of one answer, streamed. One thread at a time.
class QueryResult {
 public:
  virtual ~QueryResult() = default;
  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  /// The engine's own type names, one per column, such as `DECIMAL(12,2)`.
  virtual const std::vector<std::string>& type_names() const = 0;
  /// Returns the next rows or null after the last; kInterrupted soon after `stop` is
  /// requested.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next(
      std::stop_token stop) = 0;
  /// Bytes that the engine read for the answer, where it tells and charges for them.
  virtual std::optional<int64_t> scanned_bytes() const { return std::nullopt; }
};

/// Runs read-only SQL over lake tables. Errors: kQuery with the engine's own words; a
/// wrong table name suggests the nearest.
class QueryEngine {
 public:
  virtual ~QueryEngine() = default;
  virtual arrow::Result<std::unique_ptr<QueryResult>> Execute(std::string_view sql,
                                                              std::stop_token stop) = 0;
};

}  // namespace carmilla
