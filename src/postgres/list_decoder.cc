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
constexpr int32_t kCountBytes = 4;
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();
constexpr int64_t kOffsetBytes = sizeof(int32_t);

/// The product of the dimensions; -1 if it is no number of elements.
int32_t CountElements(const char* dimensions, int32_t num_dimensions) {
  int64_t count = 1;
  for (int32_t index = 0; index < num_dimensions; ++index) {
    const int32_t length = LoadInt32(dimensions + index * kDimensionBytes);
    if (length < 0) return -1;
    count *= length;
    if (count > kMaxElements) return -1;
  }
  return static_cast<int32_t>(count);
}

}  // namespace

ListDecoder::ListDecoder(std::shared_ptr<arrow::DataType> type, ListHeader header,
                         std::vector<std::unique_ptr<ColumnDecoder>> parts,
                         DecoderContext context)
    : type_(std::move(type)),
      header_(header),
      elements_(std::move(parts)),
      context_(std::move(context)) {}

arrow::Status ListDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(offsets_.Reserve((rows + 1) * kOffsetBytes));
  Offsets()[length_] = static_cast<int32_t>(elements_.num_taken());
  return validity_.Reserve(rows);
}

int64_t ListDecoder::Append(FieldColumn fields) {
  const int64_t first = length_;
  arrow::Status status;
  while (status.ok() && length_ - first < fields.num_rows) {
    const char* const field = fields.Take(length_ - first);
    status = field == nullptr ? ImpossibleLength() : Take(fields.bytes, field);
    if (status.ok()) Offsets()[++length_] = static_cast<int32_t>(elements_.num_taken());
  }
  // What is wrong with an element comes before what is wrong behind it.
  arrow::Status of_elements = elements_.Decode(fields.bytes);
  if (!of_elements.ok()) {
    Succeeds(std::move(of_elements));
    return RowOf(elements_.num_decoded()) - first;
  }
  Succeeds(std::move(status));
  return length_ - first;
}

/// Takes a row's list apart, or its NULL.
arrow::Status ListDecoder::Take(const char* bytes, const char* field) {
  const int32_t size = LoadInt32(field);
  if (size < 0) return validity_.SetNull(length_);
  const char* const value = field + kCopyLengthBytes;
  ARROW_ASSIGN_OR_RAISE(const Elements elements, header_ == ListHeader::kCount
                                                     ? ReadCount(value, size)
                                                     : ReadShape(value, size));
  if (elements.begin == nullptr) return validity_.SetNull(length_);
  // Every element has a length, so more of them cannot be there.
  if (elements.count < 0 ||
      elements.count > (value + size - elements.begin) / kCopyLengthBytes) {
    return MalformedValue(context_, "a list tells a wrong number of elements");
  }
  return TakeElements(bytes, elements, value + size);
}

arrow::Result<ListDecoder::Elements> ListDecoder::ReadCount(const char* value,
                                                            int32_t size) const {
  if (size < kCountBytes) return MalformedValue(context_, "a list has no header");
  return Elements{.begin = value + kCountBytes, .count = LoadInt32(value)};
}

arrow::Result<ListDecoder::Elements> ListDecoder::ReadShape(const char* value,
                                                            int32_t size) const {
  if (size < kArrayHeaderBytes) return MalformedValue(context_, "an array has no header");
  const int32_t num_dimensions = LoadInt32(value);
  if (num_dimensions < 0 || num_dimensions > kMaxDimensions) {
    return MalformedValue(context_, "an array has an impossible number of dimensions");
  }
  const int32_t header_bytes = kArrayHeaderBytes + num_dimensions * kDimensionBytes;
  if (size < header_bytes) {
    return MalformedValue(context_, "an array ends within its dimensions");
  }
  const char* const begin = value + header_bytes;
  if (num_dimensions == 0) return Elements{.begin = begin};
  const char* const dimensions = value + kArrayHeaderBytes;
  if (num_dimensions > 1)
    return TakeOtherShape(
        "an array of several dimensions",
        {.begin = begin, .count = CountElements(dimensions, num_dimensions)});
  const Elements elements{.begin = begin, .count = LoadInt32(dimensions)};
  const int32_t lower_bound = LoadInt32(dimensions + 4);
  const bool is_vector = header_ == ListHeader::kZeroBasedArray;
  if (lower_bound == (is_vector ? 0 : 1)) return elements;
  return TakeOtherShape(is_vector ? "a vector whose first index is not 0"
                                  : "an array whose first index is not 1",
                        elements);
}

/// What becomes of an array that no list can be.
arrow::Result<ListDecoder::Elements> ListDecoder::TakeOtherShape(
    std::string_view what, Elements elements) const {
  switch (context_.policies.on_array_shape) {
    case ValuePolicy::kNull:
      ++context_.counts->array_shape;
      return Elements{};
    case ValuePolicy::kFlatten:
      ++context_.counts->array_shape;
      return elements;
    default:
      return RefusedShape(context_, what);
  }
}

arrow::Status ListDecoder::TakeElements(const char* bytes, Elements elements,
                                        const char* end) {
  if (elements.count > kMaxElements - elements_.num_taken()) {
    return ValueTooLarge(context_,
                         "the arrays of one batch have more than 2^31 elements");
  }
  const char* next = elements.begin;
  // Neither a range in a multirange nor a key of a map is ever NULL.
  const int32_t smallest_first = header_ == ListHeader::kCount ? 0 : kCopyNull;
  for (int32_t index = 0; index < elements.count; ++index) {
    ARROW_RETURN_NOT_OK(elements_.BeginSet(bytes));
    for (size_t part = 0; part < elements_.num_parts(); ++part) {
      const int64_t rest = end - next - kCopyLengthBytes;
      const int32_t size = rest < 0 ? 0 : LoadInt32(next);
      const int32_t smallest = part == 0 ? smallest_first : kCopyNull;
      if (rest < 0 || size < smallest || size > rest) {
        return MalformedValue(context_, "an element of a list has an impossible length");
      }
      elements_.Add(static_cast<uint32_t>(next - bytes));
      next += kCopyLengthBytes + std::max(size, 0);
    }
    elements_.EndSet();
  }
  return next == end ? arrow::Status::OK()
                     : MalformedValue(context_, "a list is longer than its elements");
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
  const int64_t num_elements = elements_.num_taken();
  ARROW_ASSIGN_OR_RAISE(auto parts, elements_.Finish());
  std::shared_ptr<arrow::ArrayData> values = parts.front();
  if (type_->id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(*type_);
    values = arrow::ArrayData::Make(map.value_type(), num_elements, {nullptr},
                                    std::move(parts), /*null_count=*/0);
  }
  return arrow::ArrayData::Make(type_, std::exchange(length_, 0),
                                {std::move(validity), std::move(offsets)},
                                {std::move(values)}, null_count);
}

int32_t* ListDecoder::Offsets() const {
  return reinterpret_cast<int32_t*>(offsets_.data());
}

}  // namespace carmilla
