#pragma once

#include <memory>

#include <arrow/io/type_fwd.h>
#include <arrow/type_fwd.h>
#include <parquet/file_writer.h>

namespace carmilla {

/// The contents of a Parquet file, whose row groups may be finished ahead of the next.
class ParquetContents : public parquet::ParquetFileWriter::Contents {
 public:
  using Contents::Contents;

  /// Writes out the open row group, so that it holds no memory until the next begins.
  virtual void FinishRowGroup() = 0;
};

/// Makes the contents of a Parquet file for parquet::ParquetFileWriter, which differ from
/// the library's own in one thing: columns are written by our writers of leaf columns
/// (see leaf_column_writer.h), except for types that no column of ours has. Row groups
/// are always buffered.
///
/// `stored_schema` is what the batches have. `sink` must be at its beginning. Errors are
/// thrown as ParquetException.
std::unique_ptr<ParquetContents> MakeParquetContents(
    const arrow::Schema& stored_schema, std::shared_ptr<arrow::io::OutputStream> sink,
    std::shared_ptr<parquet::WriterProperties> properties);

}  // namespace carmilla
