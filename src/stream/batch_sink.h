#pragma once

#include <memory>

#include <arrow/status.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// A destination of rows, such as one Parquet file.
///
/// Order: rows are stored in the order of the calls. Durability: nothing is visible to
/// any reader before Finish has returned OK; after it everything is durable. A sink that
/// is destroyed or aborted before Finish leaves nothing visible. Errors: after a failed
/// call only Abort or the destructor may follow. Threads: one thread at a time.
class BatchSink {
 public:
  virtual ~BatchSink() = default;

  /// Takes all rows of `batch`; its schema must equal the sink's.
  virtual arrow::Status Write(const arrow::RecordBatch& batch) = 0;

  /// Completes the destination. Call once.
  virtual arrow::Status Finish() = 0;

  /// Gives up and removes what can be removed. Never fails; harmless after Finish.
  virtual void Abort() = 0;
};

}  // namespace carmilla
