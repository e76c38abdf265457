#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "stream/batch_sink.h"
#include "stream/data_file.h"
#include "stream/object_store.h"
#include "types/storage_choice.h"

namespace carmilla {

/// What is known beforehand of one column's values; decides its encoding.
struct ColumnHint {
  double distinct_values =
      0;  ///< As TableDescription: > 0 count, < 0 minus share, 0 unknown.
  double correlation = 0;  ///< Near 1 or -1: sequential, worth delta encoding.
  bool is_json = false;    ///< Worth a higher compression level.

  bool operator==(const ColumnHint&) const = default;
};

struct ParquetWriterOptions {
  Compression compression = Compression::kZstd;
  /// Memory of the open row group at which it is cut.
  int64_t row_group_bytes = 64 << 20;
  std::vector<ColumnHint> hints;  ///< In schema order; empty for none.
};

/// Writes one Parquet file and the proof of its contents.
///
/// Deterministic: the same schema, options and batches give the same bytes; the footer
/// holds no time and no run id. Memory: about three times row_group_bytes, plus the
/// batch. Finish closes the Parquet footer and leaves the object uncommitted; the caller
/// commits it.
class ParquetWriter : public BatchSink {
 public:
  /// `output` must outlive the writer.
  static arrow::Result<std::unique_ptr<ParquetWriter>> Open(
      std::shared_ptr<arrow::Schema> schema, ParquetWriterOptions options,
      ObjectWriter* output);
  ~ParquetWriter() override;

  arrow::Status Write(const arrow::RecordBatch& batch) override;
  arrow::Status Finish() override;
  void Abort() override;

  int64_t rows() const;
  /// Rows, bytes, checksum and column proofs after Finish; `key` and `partition` are left
  /// empty.
  const DataFile& file() const;

 private:
  class Impl;
  explicit ParquetWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
