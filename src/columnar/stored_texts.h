#pragma once

#include <stop_token>

#include <arrow/status.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include "stream/data_file.h"

namespace carmilla {

/// Whether a leaf column is stored as nothing but codes of a dictionary.
bool IsOfCodes(const parquet::FileMetaData& footer, int leaf);

/// Whether a leaf column is one of texts or bytes, not inside of another type, that are
/// stored as they are, at least some of them.
bool IsOfPlainTexts(const parquet::FileMetaData& footer, int leaf);

/// Adds the hashes of all values of a leaf column that IsOfPlainTexts to `proof`, as
/// AddToProofs does for arrays. The values are hashed where they stand in their pages:
/// to copy them into an array takes as long as to hash them. kCorruptData where the
/// column has not as many rows as the footer says; what the Parquet library finds is
/// thrown.
arrow::Status AddStoredTexts(parquet::ParquetFileReader& file, int leaf,
                             const std::stop_token& stop, ColumnProof* proof);

}  // namespace carmilla
