#include "postgres/range_decoder.h"

#include <array>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {
namespace {

// The flags of src/include/utils/rangetypes.h that range_send sends.
constexpr uint8_t kEmpty = 0x01;
constexpr uint8_t kLowerInclusive = 0x02;
constexpr uint8_t kUpperInclusive = 0x04;
constexpr uint8_t kLowerInfinite = 0x08;
constexpr uint8_t kUpperInfinite = 0x10;
constexpr uint8_t kKnownFlags = 0x1f;
constexpr int32_t kFlagBytes = 1;

}  // namespace

RangeDecoder::RangeDecoder(std::shared_ptr<arrow::DataType> type,
                           std::vector<std::unique_ptr<ColumnDecoder>> bounds,
                           DecoderContext context)
    : type_(std::move(type)), bounds_(std::move(bounds)), context_(std::move(context)) {}

arrow::Status RangeDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(lower_inc_.Reserve(rows));
  ARROW_RETURN_NOT_OK(upper_inc_.Reserve(rows));
  ARROW_RETURN_NOT_OK(empty_.Reserve(rows));
  return validity_.Reserve(rows);
}

int64_t RangeDecoder::Append(FieldColumn fields) {
  const int64_t first = bounds_.num_taken();
  arrow::Status status;
  while (status.ok() && bounds_.num_taken() - first < fields.num_rows) {
    const char* const field = fields.Take(bounds_.num_taken() - first);
    status = field == nullptr ? ImpossibleLength() : Take(fields.bytes, field);
  }
  // What is wrong with a bound comes before what is wrong behind it.
  arrow::Status of_bounds = bounds_.Decode(fields.bytes);
  Succeeds(of_bounds.ok() ? std::move(status) : std::move(of_bounds));
  return bounds_.num_decoded() - first;
}

arrow::Status RangeDecoder::Take(const char* bytes, const char* field) {
  ARROW_RETURN_NOT_OK(bounds_.BeginSet(bytes));
  const int64_t row = bounds_.num_taken();
  const int32_t size = LoadInt32(field);
  const char* const value = field + kCopyLengthBytes;
  uint8_t flags = kLowerInfinite | kUpperInfinite;
  if (size < 0) {
    ARROW_RETURN_NOT_OK(validity_.SetNull(row));
    bounds_.AddNull();
    bounds_.AddNull();
  } else {
    if (size < kFlagBytes) return MalformedValue(context_, "a range has no flags");
    flags = static_cast<uint8_t>(*value);
    ARROW_RETURN_NOT_OK(TakeBounds(bytes, flags, value + kFlagBytes, value + size));
  }
  lower_inc_.Set(row, (flags & kLowerInclusive) != 0);
  upper_inc_.Set(row, (flags & kUpperInclusive) != 0);
  empty_.Set(row, (flags & kEmpty) != 0);
  bounds_.EndSet();
  return arrow::Status::OK();
}

arrow::Status RangeDecoder::TakeBounds(const char* bytes, uint8_t flags, const char* next,
                                       const char* end) {
  if ((flags & ~kKnownFlags) != 0) {
    return MalformedValue(context_, "a range has unknown flags");
  }
  for (const uint8_t infinite : {kLowerInfinite, kUpperInfinite}) {
    if ((flags & (kEmpty | infinite)) != 0) {
      bounds_.AddNull();
      continue;
    }
    const int64_t rest = end - next - kCopyLengthBytes;
    const int32_t size = rest < 0 ? kCopyNull : LoadInt32(next);
    if (size < 0 || size > rest) {
      return MalformedValue(context_, "a bound of a range has an impossible length");
    }
    bounds_.Add(static_cast<uint32_t>(next - bytes));
    next += kCopyLengthBytes + size;
  }
  return next == end ? arrow::Status::OK()
                     : MalformedValue(context_, "a range is longer than its bounds");
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> RangeDecoder::Finish() {
  const int64_t length = bounds_.num_taken();
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length));
  ARROW_ASSIGN_OR_RAISE(auto parts, bounds_.Finish());
  for (FlagBuffer* flags : {&lower_inc_, &upper_inc_, &empty_}) {
    ARROW_ASSIGN_OR_RAISE(auto bits, flags->Finish(length));
    parts.push_back(arrow::ArrayData::Make(arrow::boolean(), length,
                                           {nullptr, std::move(bits)},
                                           /*null_count=*/0));
  }
  return arrow::ArrayData::Make(type_, length, {std::move(validity)}, std::move(parts),
                                null_count);
}

}  // namespace carmilla
