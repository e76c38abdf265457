#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <arrow/buffer.h>
#include <arrow/buffer_builder.h>
#include <arrow/memory_pool.h>
#include <parquet/types.h>

namespace carmilla {

/// The open page of a column of integers as DELTA_BINARY_PACKED has it (parquet-format,
/// Encodings.md, 5): the first value, then blocks of differences, each bit-packed above
/// the smallest of its block. Blocks are as large as those of Arrow, so that the bytes
/// are the same. `Integer` is int32_t or int64_t. Errors are thrown as ParquetException.
template <typename Integer>
class DeltaEncoder {
 public:
  explicit DeltaEncoder(arrow::MemoryPool* pool) : page_(pool) {}

  void Put(const Integer* values, int count);

  static constexpr parquet::Encoding::type encoding() {
    return parquet::Encoding::DELTA_BINARY_PACKED;
  }
  int64_t EstimatedDataEncodedSize() const {
    return page_.length() + static_cast<int64_t>(num_deltas_ * sizeof(Integer));
  }

  /// Ends the page, which is valid until the next value is put.
  std::shared_ptr<arrow::Buffer> FlushValues();

 private:
  using Word = std::make_unsigned_t<Integer>;

  static constexpr size_t kMiniBlocks = 4;
  static constexpr size_t kMiniBlock = sizeof(Integer) == 4 ? 32 : 64;
  static constexpr size_t kBlock = kMiniBlocks * kMiniBlock;

  void FlushBlock();
  void MakeRoomForHeader();

  arrow::BufferBuilder page_;  // behind room for the header
  Word first_ = 0;
  Word last_ = 0;
  uint64_t num_values_ = 0;
  std::array<Word, kBlock> deltas_{};
  size_t num_deltas_ = 0;
};

extern template class DeltaEncoder<int32_t>;
extern template class DeltaEncoder<int64_t>;

}  // namespace carmilla
