#pragma once

#include <cstdint>
#include <span>

#include <arrow/buffer_builder.h>
#include <arrow/status.h>

namespace carmilla {

/// Parquet's RLE / bit-packing hybrid, in which dictionary codes and definition levels
/// are stored: runs of one value, and groups of eight bit-packed ones, least significant
/// bit first (parquet-format, Encodings.md, RLE = 3).

/// Appends `codes`, each below 2^bit_width, with `bit_width` from 0 to 32. Eight equal
/// codes where a group begins become a run, everything else is packed.
arrow::Status AppendHybrid(std::span<const uint32_t> codes, int bit_width,
                           arrow::BufferBuilder* out);
/// The same of levels, with `bit_width` from 0 to 8.
arrow::Status AppendHybrid(std::span<const uint8_t> levels, int bit_width,
                           arrow::BufferBuilder* out);

/// Appends the definition levels, 0 or 1, of `rows` rows of which `nulls` are NULL.
/// `validity` is their bitmap from its first bit on, zero behind the last row; not
/// looked at when all rows are equal.
arrow::Status AppendValidity(const uint8_t* validity, int64_t rows, int64_t nulls,
                             arrow::BufferBuilder* out);

}  // namespace carmilla
