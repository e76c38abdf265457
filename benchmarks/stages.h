#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "recording.h"

namespace carmilla {

/// The stages of the hot path, each on its own, with a recording as the source and a sink
/// that keeps nothing. Never inlined: callgrind tells them apart by their names.
using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

/// Decodes all rows and lets go of each batch; returns the rows.
[[gnu::noinline]] arrow::Result<int64_t> DecodeStage(const Recording& recording);

/// As DecodeStage, but keeps the batches for the later stages.
arrow::Result<Batches> DecodeAll(const Recording& recording);

/// Encodes the batches as one Parquet file with row groups as two workers write them;
/// returns the bytes of the file.
[[gnu::noinline]] arrow::Result<int64_t> EncodeStage(const Recording& recording,
                                                     const Batches& batches);

/// Hashes all values as the proof does; returns the rows.
[[gnu::noinline]] arrow::Result<int64_t> HashStage(const Batches& batches);

}  // namespace carmilla
