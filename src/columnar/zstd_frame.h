#pragma once

#include <cstdint>

#include <arrow/buffer_builder.h>
#include <arrow/status.h>

namespace carmilla {

/// Appends a Zstandard frame that holds `bytes` of `data`, at most 4 GiB, as they are
/// (RFC 8878, raw blocks): what the compressor makes of bytes that it cannot make
/// smaller, without the attempt.
arrow::Status AppendStoredFrame(const uint8_t* data, int64_t bytes,
                                arrow::BufferBuilder* out);

}  // namespace carmilla
