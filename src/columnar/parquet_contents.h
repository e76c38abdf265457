#pragma once

#include <memory>

#include <arrow/io/type_fwd.h>
#include <arrow/type_fwd.h>
#include <parquet/file_writer.h>

namespace carmilla {

/// Makes the contents of a Parquet file for parquet::ParquetFileWriter, which differ from
/// the library's own in one thing: columns are written by our writers of leaf columns
/// (see leaf_column_writer.h), except for types that no column of ours has. Row groups
/// are always buffered.
///
/// `stored_schema` is what the batches have. `sink` must be at its beginning. Errors are
/// thrown as ParquetException.
std::unique_ptr<parquet::ParquetFileWriter::Contents> MakeParquetContents(
    const arrow::Schema& stored_schema, std::shared_ptr<arrow::io::OutputStream> sink,
    std::shared_ptr<parquet::WriterProperties> properties);

}  // namespace carmilla
