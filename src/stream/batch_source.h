#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// Some rows that belong to one range, that is to one file of the result.
struct SourceBatch {
  std::shared_ptr<arrow::RecordBatch> rows;  ///< At least one row.
  int32_t range = 0;                         ///< Index of the range in the source's plan.
};

/// A stream of rows.
///
/// Order: the ranges come in ascending order and each exactly once; rows inside a range
/// have the order of the source's storage. How a range is cut into batches depends only
/// on its rows, so that a sink that sees the same rows writes the same bytes, whoever
/// reads them. Delivery: every row of the source exactly once, or an error; after an
/// error the source is dead. Memory: a batch holds at most 64 Ki rows and about 2 MiB, or
/// one row if that row is larger. Ownership: batches own their buffers and may outlive
/// the source. Threads: one thread at a time. Cancellation: Next returns kInterrupted
/// within 200 ms after `stop` is requested, having cancelled what it can at the origin.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;

  /// Returns the next batch, or nothing after the last.
  virtual arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) = 0;
};

}  // namespace carmilla
