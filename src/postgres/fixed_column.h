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

/// What a codec says about one value.
enum class Verdict : uint8_t { kValue, kNull, kRefused };

/// Values of one width behind each other. A `Codec` turns wire bytes into one `Value`.
/// DecodeUsual is asked first, whatever the size, NULL and wrong ones included: it reads
/// no more than 16 bytes and returns false for all that is not frequent. Decode knows
/// every value but NULL. After kRefused, Explain makes the error.
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
    uint32_t* place = fields.places;
    for (uint32_t* const end = place + fields.num_rows; place != end; ++place, ++next) {
      const char* const field = fields.bytes + *place;
      const int32_t size = LoadInt32(field);
      if (codec_.DecodeUsual(field + kCopyLengthBytes, size, next)) [[likely]] {
        *place += kCopyLengthBytes + static_cast<uint32_t>(size);
      } else if (!AppendUnusual(fields, place - fields.places)) {
        break;
      }
    }
    next_ = next;
    return place - fields.places;
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

  [[gnu::noinline]] bool AppendUnusual(FieldColumn fields, int64_t row) {
    const char* const field = fields.Take(row);
    if (field == nullptr) return Succeeds(ImpossibleLength());
    const int32_t size = LoadInt32(field);
    const char* const value = field + kCopyLengthBytes;
    Value* const result = next_ + row;
    const Verdict verdict =
        size == kCopyNull ? Verdict::kNull : codec_.Decode(value, size, result);
    if (verdict == Verdict::kRefused) return Succeeds(codec_.Explain(value, size));
    if (verdict == Verdict::kValue) return true;
    *result = 0;
    return Succeeds(validity_.SetNull(result - Begin()));
  }

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
