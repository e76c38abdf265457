#include "postgres/float_list_decoder.h"

#include <cstring>
#include <limits>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {
namespace {

constexpr int32_t kHeaderBytes = 4;
constexpr int64_t kFloatBytes = sizeof(float);
constexpr int64_t kOffsetBytes = sizeof(int32_t);
constexpr int64_t kMaxFloats = std::numeric_limits<int32_t>::max();

}  // namespace

FloatListDecoder::FloatListDecoder(std::shared_ptr<arrow::DataType> type,
                                   DecoderContext context)
    : type_(std::move(type)), context_(std::move(context)) {}

arrow::Status FloatListDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(offsets_.Reserve((rows + 1) * kOffsetBytes));
  Offsets()[length_] = static_cast<int32_t>(num_floats_);
  return validity_.Reserve(rows);
}

int64_t FloatListDecoder::Append(FieldColumn fields) {
  for (int64_t row = 0; row < fields.num_rows; ++row) {
    const char* const field = fields.Take(row);
    if (!Succeeds(field == nullptr ? ImpossibleLength() : Take(field))) return row;
    Offsets()[++length_] = static_cast<int32_t>(num_floats_);
  }
  return fields.num_rows;
}

arrow::Status FloatListDecoder::Take(const char* field) {
  const int32_t size = LoadInt32(field);
  if (size < 0) return validity_.SetNull(length_);
  const char* const value = field + kCopyLengthBytes;
  if (size < kHeaderBytes || LoadUint16(value) * kFloatBytes != size - kHeaderBytes) {
    return MalformedValue(context_, "a vector has another length than it tells");
  }
  const int64_t count = LoadUint16(value);
  if (count > kMaxFloats - num_floats_) {
    return ValueTooLarge(context_,
                         "the vectors of one batch have more than 2^31 elements");
  }
  ARROW_RETURN_NOT_OK(floats_.Reserve((num_floats_ + count) * kFloatBytes));
  for (int64_t index = 0; index < count; ++index) {
    const uint32_t bits = LoadUint32(value + kHeaderBytes + index * kFloatBytes);
    std::memcpy(floats_.data() + (num_floats_ + index) * kFloatBytes, &bits, sizeof bits);
  }
  num_floats_ += count;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> FloatListDecoder::Finish() {
  if (offsets_.capacity() == 0) ARROW_RETURN_NOT_OK(Reserve(0));
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length_));
  ARROW_ASSIGN_OR_RAISE(auto offsets, offsets_.Finish((length_ + 1) * kOffsetBytes));
  ARROW_ASSIGN_OR_RAISE(auto floats, floats_.Finish(num_floats_ * kFloatBytes));
  auto values = arrow::ArrayData::Make(arrow::float32(), std::exchange(num_floats_, 0),
                                       {nullptr, std::move(floats)}, /*null_count=*/0);
  return arrow::ArrayData::Make(type_, std::exchange(length_, 0),
                                {std::move(validity), std::move(offsets)},
                                {std::move(values)}, null_count);
}

int32_t* FloatListDecoder::Offsets() const {
  return reinterpret_cast<int32_t*>(offsets_.data());
}

}  // namespace carmilla
