#include "postgres/list_decoder.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {
namespace {

// Number of dimensions, flag for NULLs, type of the elements; per dimension length and
// lower bound.
constexpr int32_t kArrayHeaderBytes = 12;
constexpr int32_t kDimensionBytes = 8;
constexpr int32_t kMaxDimensions = 6;
constexpr int64_t kLengthBytes = 4;
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();
constexpr int64_t kOffsetBytes = sizeof(int32_t);

}  // namespace

ListDecoder::ListDecoder(std::shared_ptr<arrow::DataType> type,
                         std::unique_ptr<ColumnDecoder> element, DecoderContext context)
    : type_(std::move(type)),
      element_(std::move(element)),
      context_(std::move(context)) {}

arrow::Status ListDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(offsets_.Reserve((rows + 1) * kOffsetBytes));
  SetOffset(length_);
  return validity_.Reserve(rows);
}

bool ListDecoder::Append(const char* value, int32_t size) {
  return Succeeds(AppendList(value, size));
}

arrow::Status ListDecoder::AppendList(const char* value, int32_t size) {
  ARROW_ASSIGN_OR_RAISE(const int32_t count, ReadShape(value, size));
  if (count > 0) {
    ARROW_RETURN_NOT_OK(
        AppendElements(value + kArrayHeaderBytes + kDimensionBytes, value + size, count));
  }
  SetOffset(++length_);
  return arrow::Status::OK();
}

/// Returns the number of elements.
arrow::Result<int32_t> ListDecoder::ReadShape(const char* value, int32_t size) const {
  if (size < kArrayHeaderBytes) return MalformedValue(context_, "an array has no header");
  const int32_t num_dimensions = LoadInt32(value);
  if (num_dimensions < 0 || num_dimensions > kMaxDimensions) {
    return MalformedValue(context_, "an array has an impossible number of dimensions");
  }
  const int32_t header_bytes = kArrayHeaderBytes + num_dimensions * kDimensionBytes;
  if (size < header_bytes) {
    return MalformedValue(context_, "an array ends within its dimensions");
  }
  if (num_dimensions == 0) {
    if (size != kArrayHeaderBytes) {
      return MalformedValue(context_, "an array without dimensions has elements");
    }
    return 0;
  }
  if (num_dimensions > 1) {
    return RefusedShape(context_, "an array of several dimensions");
  }
  const int32_t count = LoadInt32(value + kArrayHeaderBytes);
  const int32_t lower_bound = LoadInt32(value + kArrayHeaderBytes + 4);
  if (lower_bound != 1) {
    return RefusedShape(context_, "an array whose first index is not 1");
  }
  // Every element has a length, so more of them cannot be there.
  if (count < 0 || count > (size - header_bytes) / kLengthBytes) {
    return MalformedValue(context_, "an array tells a wrong number of elements");
  }
  return count;
}

arrow::Status ListDecoder::AppendElements(const char* next, const char* end,
                                          int32_t count) {
  const int64_t total = num_elements_ + count;
  if (total > kMaxElements) {
    return ValueTooLarge(context_,
                         "the arrays of one batch have more than 2^31 elements");
  }
  if (total > element_room_) {
    element_room_ = std::max(total, 2 * element_room_);
    ARROW_RETURN_NOT_OK(element_->Reserve(element_room_));
  }
  for (int32_t index = 0; index < count; ++index) {
    if (end - next < kLengthBytes) {
      return MalformedValue(context_, "an array ends within an element");
    }
    const int32_t size = LoadInt32(next);
    next += kLengthBytes;
    if (size == kCopyNull) {
      if (!element_->AppendNull()) return element_->error();
      continue;
    }
    if (size < 0 || size > end - next) {
      return MalformedValue(context_, "an element of an array has an impossible length");
    }
    if (!element_->Append(next, size)) return element_->error();
    next += size;
  }
  if (next != end)
    return MalformedValue(context_, "an array is longer than its elements");
  num_elements_ = total;
  return arrow::Status::OK();
}

bool ListDecoder::AppendNull() {
  const int64_t row = length_++;
  SetOffset(length_);
  return Succeeds(validity_.SetNull(row));
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> ListDecoder::Finish() {
  if (offsets_.capacity() == 0) ARROW_RETURN_NOT_OK(Reserve(0));
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length_));
  ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish((length_ + 1) * kOffsetBytes));
  ARROW_ASSIGN_OR_RAISE(auto elements, element_->Finish());
  num_elements_ = 0;
  element_room_ = 0;
  return arrow::ArrayData::Make(type_, std::exchange(length_, 0),
                                {std::move(validity), std::move(offsets)},
                                {std::move(elements)}, null_count);
}

void ListDecoder::SetOffset(int64_t row) {
  const auto offset = static_cast<int32_t>(num_elements_);
  std::memcpy(offsets_.data() + row * kOffsetBytes, &offset, sizeof offset);
}

}  // namespace carmilla
