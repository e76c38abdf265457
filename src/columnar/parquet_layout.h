#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "columnar/parquet_writer.h"

namespace carmilla {

/// Returns `schema` as files hold it: every column nullable, so that files written before
/// and after a dropped NOT NULL stay readable together; no metadata.
std::shared_ptr<arrow::Schema> StoredSchema(const arrow::Schema& schema);

/// Returns the Parquet schema of a file of ours that holds `stored_schema`.
arrow::Result<std::shared_ptr<parquet::SchemaDescriptor>> ToParquetSchema(
    const arrow::Schema& stored_schema);

/// Chooses encoding, compression, statistics and page sizes of every column from what is
/// known of it. Depends on the arguments only. Throws ParquetException.
std::shared_ptr<parquet::WriterProperties> ChooseLayout(
    const parquet::SchemaDescriptor& columns, const ParquetWriterOptions& options,
    arrow::MemoryPool* pool);

}  // namespace carmilla
