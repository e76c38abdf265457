#include "postgres/interval_decoder.h"

#include <utility>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"
#include "postgres/temporal_text.h"

namespace carmilla {
namespace {

template <typename Integer>
Integer* Values(const GrowingBuffer& buffer) {
  return reinterpret_cast<Integer*>(buffer.data());
}

}  // namespace

IntervalDecoder::IntervalDecoder(std::shared_ptr<arrow::DataType> type,
                                 DecoderContext context)
    : type_(std::move(type)), context_(std::move(context)) {}

arrow::Status IntervalDecoder::Reserve(int64_t rows) {
  ARROW_RETURN_NOT_OK(months_.Reserve(rows * static_cast<int64_t>(sizeof(int32_t))));
  ARROW_RETURN_NOT_OK(days_.Reserve(rows * static_cast<int64_t>(sizeof(int32_t))));
  ARROW_RETURN_NOT_OK(micros_.Reserve(rows * static_cast<int64_t>(sizeof(int64_t))));
  return validity_.Reserve(rows);
}

int64_t IntervalDecoder::Append(FieldColumn fields) {
  for (int64_t row = 0; row < fields.num_rows; ++row) {
    const char* const field = fields.Take(row);
    if (!Succeeds(field == nullptr ? ImpossibleLength() : Take(field))) return row;
    ++length_;
  }
  return fields.num_rows;
}

arrow::Status IntervalDecoder::Take(const char* field) {
  const int32_t size = LoadInt32(field);
  IntervalParts parts;
  bool is_null = size < 0;
  if (!is_null) {
    if (size != kIntervalWireBytes) {
      return WrongWidth(context_, size, kIntervalWireBytes);
    }
    parts = LoadInterval(field + kCopyLengthBytes);
    if (!InfinityText(parts, context_.server_version).empty()) {
      if (context_.policies.on_infinity != ValuePolicy::kNull) {
        return RefusedByPolicy(context_, "an infinite interval", "on_infinity");
      }
      ++context_.counts->infinity;
      parts = {};
      is_null = true;
    }
  }
  Values<int32_t>(months_)[length_] = parts.months;
  Values<int32_t>(days_)[length_] = parts.days;
  Values<int64_t>(micros_)[length_] = parts.micros;
  return is_null ? validity_.SetNull(length_) : arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> IntervalDecoder::Finish() {
  const int64_t length = std::exchange(length_, 0);
  const int64_t null_count = validity_.null_count();
  ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length));
  std::vector<std::shared_ptr<arrow::ArrayData>> parts;
  for (auto& [type, buffer] : {std::pair(arrow::int32(), &months_),
                               {arrow::int32(), &days_},
                               {arrow::int64(), &micros_}}) {
    ARROW_ASSIGN_OR_RAISE(auto values, buffer->Finish(length * type->byte_width()));
    parts.push_back(arrow::ArrayData::Make(type, length, {nullptr, std::move(values)},
                                           /*null_count=*/0));
  }
  return arrow::ArrayData::Make(type_, length, {std::move(validity)}, std::move(parts),
                                null_count);
}

}  // namespace carmilla
