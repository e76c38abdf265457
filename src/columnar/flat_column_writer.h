#pragma once

#include <memory>

#include <arrow/type_fwd.h>
#include <parquet/column_writer.h>

#include "columnar/page_assembler.h"

namespace carmilla {

/// Whether a column of `type` that is stored as `leaf` may be written by
/// MakeFlatColumnWriter: optional and without lists around it; integers, dates,
/// timestamps, decimals of up to 18 digits, floating point, text and bytes.
bool IsFlat(const arrow::DataType& type, const parquet::ColumnDescriptor& leaf);

/// Makes a writer of one column chunk of a row group, which does the same as the
/// library's with less: levels come from the validity bitmap as a whole, and
/// dictionaries look values up without calls.
///
/// Takes what the library's takes: `properties` say encoding, dictionary, statistics and
/// the sizes of pages. `metadata`, `properties` and `scratch` must outlive it. WriteArrow
/// ignores levels. Errors of the library are thrown as ParquetException. One thread at a
/// time.
std::unique_ptr<parquet::ColumnWriter> MakeFlatColumnWriter(
    parquet::ColumnChunkMetaDataBuilder* metadata,
    std::unique_ptr<parquet::PageWriter> pages,
    const parquet::WriterProperties* properties, PageScratch* scratch);

}  // namespace carmilla
