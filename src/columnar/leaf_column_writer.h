#pragma once

#include <memory>

#include <arrow/type_fwd.h>
#include <parquet/column_writer.h>

#include "columnar/page_assembler.h"

namespace carmilla {

/// Whether a leaf column of `type`, at whatever depth, that is stored as `leaf` may be
/// written by MakeLeafColumnWriter: booleans, integers, dates, times, timestamps,
/// decimals, floating point, text, bytes and UUIDs.
bool HasLeafColumnWriter(const arrow::DataType& type,
                         const parquet::ColumnDescriptor& leaf);

/// Makes a writer of one column chunk of a row group, which does the same as the
/// library's with less: levels are taken as a whole, dictionaries look values up without
/// calls, bounds are compared without calls.
///
/// Takes what the library's takes: `properties` say encoding, dictionary, statistics and
/// the sizes of pages. `metadata`, `properties` and `scratch` must outlive it. WriteArrow
/// takes levels of whole rows, and ignores those of a column without lists and structs.
/// Errors of the library are thrown as ParquetException. One thread at a time.
std::unique_ptr<parquet::ColumnWriter> MakeLeafColumnWriter(
    parquet::ColumnChunkMetaDataBuilder* metadata,
    std::unique_ptr<parquet::PageWriter> pages,
    const parquet::WriterProperties* properties, PageScratch* scratch);

}  // namespace carmilla
