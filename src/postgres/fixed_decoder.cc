#include "postgres/fixed_decoder.h"

#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "postgres/calendar_codec.h"
#include "postgres/fixed_column.h"
#include "postgres/numeric_decoder.h"
#include "postgres/numeric_double.h"

namespace carmilla {
namespace {

constexpr int32_t kMaxInt64Precision = 18;
constexpr int32_t kMaxInt32Precision = 9;

/// A number whose bytes only need to be turned around. `Wire` is unsigned.
template <typename Wire, typename Result>
struct NumberCodec {
  using Value = Result;
  DecoderContext context;

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (size != sizeof(Wire)) [[unlikely]]
      return false;
    if constexpr (sizeof(Wire) == 2) {
      *result = std::bit_cast<Value>(LoadUint16(value));
    } else if constexpr (sizeof(Wire) == 8) {
      *result = std::bit_cast<Value>(LoadUint64(value));
    } else if constexpr (sizeof(Value) == sizeof(Wire)) {
      *result = std::bit_cast<Value>(LoadUint32(value));
    } else {
      *result = Value{LoadUint32(value)};  // widened without a sign
    }
    return true;
  }
  static Verdict Decode(const char* value, int32_t size, Value* result) {
    return DecodeUsual(value, size, result) ? Verdict::kValue : Verdict::kRefused;
  }
  arrow::Status Explain(const char*, int32_t size) const {
    return WrongWidth(context, size, sizeof(Wire));
  }
};

/// An integer that Arrow has only as a decimal of 16 bytes.
template <typename Wire>
struct WideCodec {
  using Value = Int128;
  DecoderContext context;

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (size != sizeof(Wire)) [[unlikely]]
      return false;
    *result = static_cast<Wire>(LoadUint64(value));
    return true;
  }
  static Verdict Decode(const char* value, int32_t size, Value* result) {
    return DecodeUsual(value, size, result) ? Verdict::kValue : Verdict::kRefused;
  }
  arrow::Status Explain(const char*, int32_t size) const {
    return WrongWidth(context, size, sizeof(Wire));
  }
};

template <typename Integer, typename Stored>
struct DecimalCodec {
  using Value = Stored;
  DecoderContext context;
  std::string type_name;
  DecimalConverter<Integer> converter;

  bool DecodeUsual(const char* value, int32_t size, Value* result) const {
    return converter.ConvertUsual(value, size, result);
  }
  Verdict Decode(const char* value, int32_t size, Value* result) const {
    const NumericOutcome outcome = converter.Convert(value, size, result);
    if (outcome == NumericOutcome::kValue) return Verdict::kValue;
    if (outcome == NumericOutcome::kNan &&
        context.policies.on_nan == ValuePolicy::kNull) {
      ++context.counts->nan;
      return Verdict::kNull;
    }
    if (outcome != NumericOutcome::kOutOfRange ||
        context.policies.on_out_of_range == ValuePolicy::kError) {
      return Verdict::kRefused;
    }
    ++context.counts->out_of_range;
    *result = static_cast<Value>(converter.Nearest(value, size));
    return context.policies.on_out_of_range == ValuePolicy::kClamp ? Verdict::kValue
                                                                   : Verdict::kNull;
  }
  arrow::Status Explain(const char* value, int32_t size) const {
    Integer ignored;
    switch (converter.Convert(value, size, &ignored)) {
      case NumericOutcome::kNan:
        return RefusedByPolicy(
            context, "NaN or Infinity, which no " + type_name + " can be", "on_nan");
      case NumericOutcome::kOutOfRange:
        return RefusedByPolicy(context, "a number that is not exactly a " + type_name,
                               "on_out_of_range", "clamp");
      default:
        return MalformedValue(context, "a numeric does not have the form of one");
    }
  }
};

/// 16 bytes as they are.
struct UuidCodec {
  using Value = Int128;
  DecoderContext context;

  static bool DecodeUsual(const char* value, int32_t size, Value* result) {
    if (size != sizeof(Value)) [[unlikely]]
      return false;
    std::memcpy(result, value, sizeof(Value));
    return true;
  }
  static Verdict Decode(const char* value, int32_t size, Value* result) {
    return DecodeUsual(value, size, result) ? Verdict::kValue : Verdict::kRefused;
  }
  arrow::Status Explain(const char*, int32_t size) const {
    return WrongWidth(context, size, sizeof(Value));
  }
};

/// Bits instead of bytes, which FixedDecoder cannot do.
class BooleanDecoder final : public ColumnDecoder {
 public:
  explicit BooleanDecoder(DecoderContext context) : context_(std::move(context)) {}

  arrow::Status Reserve(int64_t rows) override {
    ARROW_RETURN_NOT_OK(values_.Reserve(rows));
    return validity_.Reserve(rows);
  }

  int64_t Append(FieldColumn fields) override {
    uint8_t* next = values_.bytes() + length_;
    uint32_t* place = fields.places;
    for (uint32_t* const end = place + fields.num_rows; place != end; ++place, ++next) {
      const char* const field = fields.bytes + *place;
      const auto byte = static_cast<uint8_t>(field[kCopyLengthBytes]);
      if (LoadInt32(field) == 1 && byte <= 1) [[likely]] {
        *next = byte;
        *place += kCopyLengthBytes + 1;
      } else if (!AppendUnusual(fields, place - fields.places)) {
        break;
      }
    }
    length_ = next - values_.bytes();
    return place - fields.places;
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t null_count = validity_.null_count();
    ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length_));
    ARROW_ASSIGN_OR_RAISE(auto values, values_.Finish(length_));
    return arrow::ArrayData::Make(arrow::boolean(), std::exchange(length_, 0),
                                  {std::move(validity), std::move(values)}, null_count);
  }

 private:
  [[gnu::noinline]] bool AppendUnusual(FieldColumn fields, int64_t row) {
    const char* const field = fields.Take(row);
    if (field == nullptr) return Succeeds(ImpossibleLength());
    const int32_t size = LoadInt32(field);
    if (size != kCopyNull) {
      return Succeeds(size == 1 ? MalformedValue(context_, "a boolean is neither 0 nor 1")
                                : WrongWidth(context_, size, 1));
    }
    values_.Set(length_ + row, /*flag=*/false);
    return Succeeds(validity_.SetNull(length_ + row));
  }

  DecoderContext context_;
  FlagBuffer values_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
};

template <typename Integer, typename Stored>
std::unique_ptr<ColumnDecoder> MakeDecimal(const TypeMapping& mapping,
                                           DecoderContext context) {
  return MakeFixed(mapping,
                   DecimalCodec<Integer, Stored>{
                       std::move(context), mapping.arrow_type->ToString(),
                       DecimalConverter<Integer>(mapping.precision, mapping.scale)});
}

std::unique_ptr<ColumnDecoder> MakeDecimalDecoder(const TypeMapping& mapping,
                                                  DecoderContext context) {
  if (mapping.precision <= kMaxInt32Precision) {
    return MakeDecimal<int64_t, int32_t>(mapping, std::move(context));
  }
  if (mapping.precision <= kMaxInt64Precision) {
    return MakeDecimal<int64_t, int64_t>(mapping, std::move(context));
  }
  return MakeDecimal<Int128, Int128>(mapping, std::move(context));
}

std::unique_ptr<ColumnDecoder> MakeTimestampDecoder(const TypeMapping& mapping,
                                                    DecoderContext context) {
  const auto& type = static_cast<const arrow::TimestampType&>(*mapping.arrow_type);
  CalendarCodec<int64_t> micros{std::move(context)};
  if (type.unit() == arrow::TimeUnit::MICRO) return MakeFixed(mapping, std::move(micros));
  return MakeFixed(mapping, MilliCodec{std::move(micros)});
}

}  // namespace

std::unique_ptr<ColumnDecoder> MakeFixedDecoder(const TypeMapping& mapping,
                                                DecoderContext context) {
  switch (mapping.wire) {
    case WireForm::kBoolean:
      return std::make_unique<BooleanDecoder>(std::move(context));
    case WireForm::kInt16:
      return MakeFixed(mapping, NumberCodec<uint16_t, int16_t>{std::move(context)});
    case WireForm::kInt32:
      return MakeFixed(mapping, NumberCodec<uint32_t, int32_t>{std::move(context)});
    case WireForm::kInt64:
      return MakeFixed(mapping, NumberCodec<uint64_t, int64_t>{std::move(context)});
    case WireForm::kUint32:
      return MakeFixed(mapping, NumberCodec<uint32_t, int64_t>{std::move(context)});
    case WireForm::kFloat:
      return MakeFixed(mapping, NumberCodec<uint32_t, float>{std::move(context)});
    case WireForm::kDouble:
      return MakeFixed(mapping, NumberCodec<uint64_t, double>{std::move(context)});
    case WireForm::kNumericDecimal:
      return MakeDecimalDecoder(mapping, std::move(context));
    case WireForm::kNumericDouble:
      return MakeFixed(mapping, NumericDoubleCodec(std::move(context)));
    case WireForm::kInt64Decimal:
      return MakeFixed(mapping, WideCodec<int64_t>{std::move(context)});
    case WireForm::kUint64Decimal:
      return MakeFixed(mapping, WideCodec<uint64_t>{std::move(context)});
    case WireForm::kDate:
      return MakeFixed(mapping, CalendarCodec<int32_t>{std::move(context)});
    case WireForm::kTimeMicros:
      return MakeFixed(mapping, TimeCodec{std::move(context)});
    case WireForm::kUuidBytes:
      return MakeFixed(mapping, UuidCodec{std::move(context)});
    case WireForm::kTimestamp:
      return MakeTimestampDecoder(mapping, std::move(context));
    default:
      return nullptr;
  }
}

}  // namespace carmilla
