#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/column_buffers.h"
#include "postgres/column_decoder.h"
#include "postgres/copy_format.h"
#include "postgres/decoding_error.h"

namespace carmilla {

/// What a codec says about one value. A codec turns wire bytes into one `Value` and
/// refuses a negative size, which means NULL; its Explain is asked after kRefused of a
/// value and makes the error.
enum class Verdict : uint8_t { kValue, kNull, kRefused };

/// Values of one width behind each other.
template <typename Codec>
class FixedDecoder final : public ColumnDecoder {
 public:
  FixedDecoder(std::shared_ptr<arrow::DataType> type, Codec codec)
      : type_(std::move(type)), codec_(std::move(codec)) {}

  arrow::Status Reserve(int64_t rows) override {
    const int64_t length = Length();
    ARROW_RETURN_NOT_OK(values_.Reserve(rows * kWidth));
    next_ = Begin() + length;
    return validity_.Reserve(rows);
  }

  int64_t Append(FieldColumn fields) override {
    Value* next = next_;
    int64_t row = 0;
    for (; row < fields.num_rows; ++row, ++next) {
      const char* const field = fields.Next();
      const char* const value = field + kCopyLengthBytes;
      const int32_t size = LoadInt32(field);
      const Verdict verdict = codec_.Decode(value, size, next);
      if (verdict == Verdict::kValue) [[likely]]
        continue;
      if (size >= 0 && verdict == Verdict::kRefused) {
        Succeeds(codec_.Explain(value, size));
        break;
      }
      *next = 0;
      if (!Succeeds(validity_.SetNull(next - Begin()))) break;
    }
    next_ = next;
    return row;
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t length = Length();
    const int64_t null_count = validity_.null_count();
    ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length));
    ARROW_ASSIGN_OR_RAISE(auto values, values_.Finish(length * kWidth));
    next_ = nullptr;
    return arrow::ArrayData::Make(type_, length, {std::move(validity), std::move(values)},
                                  null_count);
  }

 private:
  using Value = Codec::Value;
  static constexpr int64_t kWidth = sizeof(Value);

  Value* Begin() const { return reinterpret_cast<Value*>(values_.data()); }
  int64_t Length() const { return next_ - Begin(); }

  std::shared_ptr<arrow::DataType> type_;
  Codec codec_;
  Value* next_ = nullptr;  // where the next value goes
  GrowingBuffer values_;
  ValidityBitmap validity_;
};

template <typename Codec>
std::unique_ptr<ColumnDecoder> MakeFixed(const TypeMapping& mapping, Codec codec) {
  return std::make_unique<FixedDecoder<Codec>>(mapping.arrow_type, std::move(codec));
}

}  // namespace carmilla
