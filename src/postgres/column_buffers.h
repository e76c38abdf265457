#pragma once

#include <cstdint>
#include <memory>

#include <arrow/buffer.h>
#include <arrow/result.h>

namespace carmilla {

/// A buffer that grows by doubling and is handed over when full; then the next one
/// begins.
class GrowingBuffer {
 public:
  uint8_t* data() const { return data_; }
  /// In bytes.
  int64_t capacity() const { return capacity_; }

  /// Makes the capacity at least `bytes`; what was written stays.
  arrow::Status Reserve(int64_t bytes) {
    return bytes <= capacity_ ? arrow::Status::OK() : Grow(bytes);
  }

  /// Hands over the first `bytes` bytes.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Finish(int64_t bytes);

 private:
  arrow::Status Grow(int64_t bytes);

  std::shared_ptr<arrow::ResizableBuffer> buffer_;
  uint8_t* data_ = nullptr;
  int64_t capacity_ = 0;
};

/// Booleans, a byte each until they are handed over as bits.
class FlagBuffer {
 public:
  /// Makes room for `rows` rows in all.
  arrow::Status Reserve(int64_t rows) { return bytes_.Reserve(rows); }

  /// A byte for each row, 0 or 1.
  uint8_t* bytes() const { return bytes_.data(); }
  void Set(int64_t row, bool flag) { bytes_.data()[row] = flag ? 1 : 0; }

  /// Hands over the bits of the first `rows` rows.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Finish(int64_t rows);

 private:
  GrowingBuffer bytes_;
};

/// Which rows are NULL. Costs nothing until the first NULL of a batch.
class ValidityBitmap {
 public:
  int64_t null_count() const { return null_count_; }

  arrow::Status Reserve(int64_t rows) {
    rows_ = rows;
    return null_count_ == 0 ? arrow::Status::OK() : Extend();
  }

  /// `row` is below what was reserved.
  arrow::Status SetNull(int64_t row) {
    if (null_count_++ == 0) ARROW_RETURN_NOT_OK(Extend());
    bits_.data()[row / 8] &= static_cast<uint8_t>(~(1U << (row % 8)));
    return arrow::Status::OK();
  }

  /// Hands over the bitmap of `rows` rows, or null if none of them is NULL.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Finish(int64_t rows);

 private:
  arrow::Status Extend();

  GrowingBuffer bits_;
  int64_t rows_ = 0;
  int64_t valid_bytes_ = 0;  // written so far
  int64_t null_count_ = 0;
};

}  // namespace carmilla
