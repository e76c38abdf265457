#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "stream/batch_source.h"

namespace carmilla {

struct ParquetReaderOptions {
  int64_t batch_rows = 64 << 10;
  int64_t batch_bytes =
      8 << 20;  ///< By the row group's average; one long row may exceed it.
  /// Text and bytes that are stored as nothing but codes arrive as codes,
  /// dictionary<int32, type>, also inside of other types, which then have the names of
  /// fields and the zones that the file gives them; unless something else inside of them
  /// must be converted. For who need not see a value more often than it is stored.
  bool keep_dictionaries = false;
  /// Reads each column piece by piece in place of a whole row group at once: for files of
  /// others, whose row groups may be of any size. 0: whole.
  int64_t piece_bytes = 0;
  /// Which columns of the schema are read, ascending; nothing: all.
  std::optional<std::vector<int>> columns;
};

/// The rows of one stored Parquet file, in stored order, as one range.
///
/// Times that are stored as INT96, as engines of the Hive family do, are read in
/// microseconds. Memory: the encoded bytes of one row group, plus the batch. Errors:
/// kCorruptData names the file; errors of the store keep their kind.
class ParquetReader : public BatchSource {
 public:
  /// `name` is for messages. `schema` is what the batches shall have: its names must be
  /// the file's, and its types what the file's came from; columns are read in the file's
  /// order. Null: what the file itself says.
  static arrow::Result<std::unique_ptr<ParquetReader>> Open(
      std::shared_ptr<arrow::io::RandomAccessFile> file, std::string name,
      std::shared_ptr<arrow::Schema> schema, ParquetReaderOptions options = {});
  ~ParquetReader() override;

  /// Of the columns that are read.
  const std::shared_ptr<arrow::Schema>& schema() const override;
  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override;

  /// Rows that the footer counts.
  int64_t rows() const;

 private:
  class Impl;
  explicit ParquetReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
