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
  /// As TableDescription: > 0 a count, < 0 minus the share of rows, 0 unknown.
  double distinct_values = 0;
  /// Near 1 or -1: values come in order, so that the bounds of texts are worth keeping.
  double correlation = 0;
  /// Documents: no dictionary is tried unless distinct_values speaks for it.
  bool is_json = false;
  /// No minimum and maximum are kept, whatever the order.
  bool is_masked = false;

  bool operator==(const ColumnHint&) const = default;
};

struct ParquetWriterOptions {
  Compression compression = Compression::kZstd;
  /// Memory of the open row group at which it is cut; up to twice as much where more than
  /// 700 columns leave each too little.
  int64_t row_group_bytes = 64 << 20;
  std::vector<ColumnHint> hints;  ///< In schema order; empty for none.
};

/// Writes one Parquet file and the proof of its contents.
///
/// Deterministic: the same schema, options and batches give the same bytes; the footer
/// holds no time and no run id. Memory: about three times row_group_bytes, plus
/// the batch; with 1,600 columns six times 16 MiB, of which 3 KiB for each column of each
/// row group stay until Finish. Finish closes the Parquet footer and leaves the object
/// uncommitted; the caller commits it.
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
