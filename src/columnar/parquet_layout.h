#pragma once

#include <cstdint>
#include <memory>

#include <arrow/result.h>
#include <arrow/type_fwd.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include "columnar/parquet_writer.h"

namespace carmilla {

/// Returns the Parquet schema of a file of ours that holds `stored_schema` (see
/// stored_type.h).
arrow::Result<std::shared_ptr<parquet::SchemaDescriptor>> ToParquetSchema(
    const arrow::Schema& stored_schema);

/// The column of a file, by its number, that a leaf column belongs to.
int ColumnOf(const parquet::SchemaDescriptor& columns, int leaf);

/// How the memory of one row group is shared among its columns, however many they are.
struct MemoryShares {
  int64_t page_bytes = 0;    ///< Of one open page; each column holds about three.
  int64_t dictionaries = 0;  ///< How many columns may have one.
  int64_t slice_bytes = 0;   ///< What is encoded in one go.
  int64_t row_group_bytes =
      0;  ///< When to cut; more than asked for where columns are many.
  bool has_page_index =
      true;  ///< Pointless where a row group has a page or two per column.
};
MemoryShares ShareMemory(int num_columns, int64_t row_group_bytes);

/// Chooses encoding, compression, statistics and page sizes of every column from what is
/// known of it. Depends on the arguments only. Throws ParquetException.
std::shared_ptr<parquet::WriterProperties> ChooseLayout(
    const parquet::SchemaDescriptor& columns, const ParquetWriterOptions& options,
    arrow::MemoryPool* pool);

}  // namespace carmilla
