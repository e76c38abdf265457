#include "postgres/column_buffers.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace carmilla {
namespace {

constexpr int64_t kSmallestBuffer = 64;

int64_t BitmapBytes(int64_t rows) { return (rows + 7) / 8; }

}  // namespace

arrow::Status GrowingBuffer::Grow(int64_t bytes) {
  const int64_t wanted = std::max({bytes, capacity_ * 2, kSmallestBuffer});
  if (!buffer_) {
    ARROW_ASSIGN_OR_RAISE(buffer_, arrow::AllocateResizableBuffer(wanted));
  } else {
    ARROW_RETURN_NOT_OK(buffer_->Resize(wanted, /*shrink_to_fit=*/false));
  }
  data_ = buffer_->mutable_data();
  capacity_ = wanted;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> GrowingBuffer::Finish(int64_t bytes) {
  if (!buffer_) ARROW_RETURN_NOT_OK(Grow(bytes));
  // A buffer that is mostly empty would count in full against the memory budget.
  const bool is_wasteful = capacity_ - bytes > capacity_ / 4;
  ARROW_RETURN_NOT_OK(buffer_->Resize(bytes, /*shrink_to_fit=*/is_wasteful));
  data_ = nullptr;
  capacity_ = 0;
  return std::exchange(buffer_, nullptr);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> FlagBuffer::Finish(int64_t rows) {
  // Packs in place: the byte of eight rows lies at or before the first of them.
  uint8_t* bytes = bytes_.data();
  for (int64_t first = 0; first < rows; first += 8) {
    uint32_t packed = 0;
    for (int64_t row = first; row < std::min(first + 8, rows); ++row) {
      packed |= static_cast<uint32_t>(bytes[row]) << (row - first);
    }
    bytes[first / 8] = static_cast<uint8_t>(packed);
  }
  return bytes_.Finish(BitmapBytes(rows));
}

arrow::Status ValidityBitmap::Extend() {
  const int64_t bytes = BitmapBytes(rows_);
  if (bytes <= valid_bytes_) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(bits_.Reserve(bytes));
  std::memset(bits_.data() + valid_bytes_, 0xff,
              static_cast<size_t>(bytes - valid_bytes_));
  valid_bytes_ = bytes;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ValidityBitmap::Finish(int64_t rows) {
  rows_ = 0;
  valid_bytes_ = 0;
  if (std::exchange(null_count_, 0) == 0) return nullptr;
  // Bits behind the last row are zero, so that equal rows make equal bytes.
  if (rows % 8 != 0) {
    bits_.data()[rows / 8] &= static_cast<uint8_t>((1U << (rows % 8)) - 1);
  }
  return bits_.Finish(BitmapBytes(rows));
}

}  // namespace carmilla
