#include "postgres/list_decoder.h"

#include <algorithm>
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
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();
constexpr int64_t kOffsetBytes = sizeof(int32_t);
// Elements that are decoded at a time.
constexpr size_t kMostPlaces = 4096;

}  // namespace

ListDecoder::ListDecoder(std::shared_ptr<arrow::DataType> type,
                         std::unique_ptr<ColumnDecoder> element, DecoderContext context)
    : type_(std::move(type)),
      element_(std::move(element)),
      context_(std::move(context)) {}

arrow::Status ListDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(offsets_.Reserve((rows + 1) * kOffsetBytes));
  Offsets()[length_] = static_cast<int32_t>(num_elements_);
  return validity_.Reserve(rows);
}

int64_t ListDecoder::Append(FieldColumn fields) {
  const int64_t first = length_;
  arrow::Status status;
  while (status.ok() && length_ - first < fields.num_rows) {
    status = Take(fields.bytes, fields.Next());
    if (status.ok()) Offsets()[++length_] = static_cast<int32_t>(num_elements_);
  }
  // What is wrong with an element comes before what is wrong behind it.
  arrow::Status of_elements = DecodeElements(fields.bytes);
  if (!of_elements.ok()) {
    Succeeds(std::move(of_elements));
    return RowOf(num_decoded_) - first;
  }
  Succeeds(std::move(status));
  return length_ - first;
}

/// Takes a row's array apart, or its NULL.
arrow::Status ListDecoder::Take(const char* bytes, const char* field) {
  const int32_t size = LoadInt32(field);
  if (size < 0) return validity_.SetNull(length_);
  const char* const value = field + kCopyLengthBytes;
  ARROW_ASSIGN_OR_RAISE(const int32_t count, ReadShape(value, size));
  if (count == 0) return arrow::Status::OK();
  return TakeElements(bytes, value + kArrayHeaderBytes + kDimensionBytes, value + size,
                      count);
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
  if (count < 0 || count > (size - header_bytes) / kCopyLengthBytes) {
    return MalformedValue(context_, "an array tells a wrong number of elements");
  }
  if (count == 0 && size != header_bytes) {
    return MalformedValue(context_, "an array is longer than its elements");
  }
  return count;
}

arrow::Status ListDecoder::TakeElements(const char* bytes, const char* next,
                                        const char* end, int32_t count) {
  if (count > kMaxElements - num_elements_) {
    return ValueTooLarge(context_,
                         "the arrays of one batch have more than 2^31 elements");
  }
  for (int32_t index = 0; index < count; ++index) {
    if (end - next < kCopyLengthBytes) {
      return MalformedValue(context_, "an array ends within an element");
    }
    const int32_t size = LoadInt32(next);
    if (size < kCopyNull || size > end - next - kCopyLengthBytes) {
      return MalformedValue(context_, "an element of an array has an impossible length");
    }
    if (places_.size() == kMostPlaces) ARROW_RETURN_NOT_OK(DecodeElements(bytes));
    places_.push_back(static_cast<uint32_t>(next - bytes));
    ++num_elements_;
    next += kCopyLengthBytes + std::max(size, 0);
  }
  return next == end ? arrow::Status::OK()
                     : MalformedValue(context_, "an array is longer than its elements");
}

/// Decodes the elements at places_. Fails again after it has failed.
arrow::Status ListDecoder::DecodeElements(const char* bytes) {
  if (places_.empty()) return element_->error();
  if (num_elements_ > element_room_) {
    element_room_ = std::max(num_elements_, 2 * element_room_);
    ARROW_RETURN_NOT_OK(element_->Reserve(element_room_));
  }
  const auto num_places = static_cast<int64_t>(places_.size());
  num_decoded_ += element_->Append(
      {.bytes = bytes, .places = places_.data(), .stride = 1, .num_rows = num_places});
  places_.clear();
  return element_->error();
}

/// The row that holds an element, or will hold it.
int64_t ListDecoder::RowOf(int64_t element) const {
  return std::upper_bound(Offsets(), Offsets() + length_ + 1, element) - Offsets() - 1;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> ListDecoder::Finish() {
  if (offsets_.capacity() == 0) ARROW_RETURN_NOT_OK(Reserve(0));
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length_));
  ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish((length_ + 1) * kOffsetBytes));
  ARROW_ASSIGN_OR_RAISE(auto elements, element_->Finish());
  num_elements_ = 0;
  num_decoded_ = 0;
  element_room_ = 0;
  return arrow::ArrayData::Make(type_, std::exchange(length_, 0),
                                {std::move(validity), std::move(offsets)},
                                {std::move(elements)}, null_count);
}

int32_t* ListDecoder::Offsets() const {
  return reinterpret_cast<int32_t*>(offsets_.data());
}

}  // namespace carmilla
