#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <arrow/array/array_base.h>
#include <arrow/status.h>

#include "stream/data_file.h"

namespace carmilla {

/// Adds the hashes of all values of `columns`, equally long, to `proofs`, one for each;
/// the first row has the ordinal `first_ordinal` in its file. The hash depends on the
/// logical values and their order only, not on how they are cut into batches:
/// docs/formats/value-hash.md gives the definition. Fails for a type that no column of
/// ours has.
arrow::Status AddToProofs(const arrow::ArrayVector& columns, int64_t first_ordinal,
                          std::span<ColumnProof> proofs);

/// Adds the hashes of texts or bytes that are in no array. One without data is NULL,
/// which an empty one is not.
void AddToProof(std::span<const std::string_view> texts, int64_t first_ordinal,
                ColumnProof* proof);

}  // namespace carmilla
