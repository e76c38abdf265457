#include "postgres/fixed_decoder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include <arrow/array/data.h>
#include <arrow/type.h>

#include "postgres/column_buffers.h"
#include "postgres/decoding_error.h"
#include "postgres/numeric_decoder.h"

namespace carmilla {
namespace {

/// What a codec says about one value. A codec turns wire bytes into one `Value` and
/// refuses a negative size, which means NULL; its Explain is asked after kRefused of a
/// value and makes the error.
enum class Verdict : uint8_t { kValue, kNull, kRefused };

constexpr int32_t kMaxInt64Precision = 18;
constexpr int32_t kMaxInt32Precision = 9;

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

/// A number whose bytes only need to be turned around. `Wire` is unsigned.
template <typename Wire, typename Result>
struct NumberCodec {
  using Value = Result;
  DecoderContext context;

  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (size != sizeof(Wire)) [[unlikely]]
      return Verdict::kRefused;
    if constexpr (sizeof(Wire) == 2) {
      *result = std::bit_cast<Value>(LoadUint16(value));
    } else if constexpr (sizeof(Wire) == 8) {
      *result = std::bit_cast<Value>(LoadUint64(value));
    } else if constexpr (sizeof(Value) == sizeof(Wire)) {
      *result = std::bit_cast<Value>(LoadUint32(value));
    } else {
      *result = Value{LoadUint32(value)};  // widened without a sign
    }
    return Verdict::kValue;
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

  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (size != sizeof(Wire)) [[unlikely]]
      return Verdict::kRefused;
    *result = static_cast<Wire>(LoadUint64(value));
    return Verdict::kValue;
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

  Verdict Decode(const char* value, int32_t size, Value* result) const {
    const NumericOutcome outcome = converter.Convert(value, size, result);
    if (outcome == NumericOutcome::kValue) [[likely]]
      return Verdict::kValue;
    if (outcome == NumericOutcome::kNan &&
        context.policies.on_nan == ValuePolicy::kNull) {
      ++context.counts->nan;
      return Verdict::kNull;
    }
    return Verdict::kRefused;
  }
  [[gnu::noinline]] arrow::Status Explain(const char* value, int32_t size) const {
    Integer ignored;
    switch (converter.Convert(value, size, &ignored)) {
      case NumericOutcome::kNan:
        return RefusedByPolicy(
            context, "NaN or Infinity, which no " + type_name + " can be", "on_nan");
      case NumericOutcome::kOutOfRange:
        return OutOfRange(context, type_name);
      default:
        return MalformedValue(context, "a numeric does not have the form of one");
    }
  }
};

/// What date and timestamp have in common: infinities with a policy, and a range.
template <typename Integer>
struct CalendarCodec {
  using Value = Integer;
  DecoderContext context;

  static constexpr bool kIsDate = sizeof(Integer) == sizeof(int32_t);
  static constexpr Integer kInfinity = std::numeric_limits<Integer>::max();
  static constexpr Integer kMinusInfinity = std::numeric_limits<Integer>::min();
  static constexpr Integer kUnit = kIsDate ? 1 : static_cast<Integer>(kMicrosPerDay);
  static constexpr Integer kEpoch =
      kIsDate ? kUnixToPostgresDays : static_cast<Integer>(kUnixToPostgresMicros);
  static constexpr Integer kFirst = kFirstDate * kUnit;
  /// PostgreSQL's last value, and the last one that Arrow can hold.
  static constexpr Integer kLast =
      kIsDate ? kLastDate : static_cast<Integer>(kEndOfTimestamps - 1);
  static constexpr Integer kLastStored =
      kIsDate ? kLastDate
              : static_cast<Integer>(kTimestampInfinity - kUnixToPostgresMicros);
  static constexpr Integer kFirstUsual = kFirstUsualDate * kUnit;
  static constexpr Integer kLastUsual = kEndOfUsualDates * kUnit - 1;

  static Integer Load(const char* value) {
    if constexpr (kIsDate) {
      return LoadInt32(value);
    } else {
      return LoadInt64(value);
    }
  }

  Verdict Decode(const char* value, int32_t size, Value* result) const {
    if (size != sizeof(Integer)) [[unlikely]]
      return Verdict::kRefused;
    const Integer since_2000 = Load(value);
    if (since_2000 < kFirstUsual || since_2000 > kLastUsual) [[unlikely]] {
      return DecodeUnusual(since_2000, result);
    }
    *result = since_2000 + kEpoch;
    return Verdict::kValue;
  }

  [[gnu::noinline]] Verdict DecodeUnusual(Integer since_2000, Value* result) const {
    const bool is_minus_infinity = since_2000 == kMinusInfinity;
    if (is_minus_infinity || since_2000 == kInfinity ||
        (since_2000 > kLastStored && since_2000 <= kLast)) {
      return DecodeInfinity(is_minus_infinity, result);
    }
    if (since_2000 < kFirst || since_2000 > kLastStored) return Verdict::kRefused;
    ++context.counts->unusual_years;
    *result = since_2000 + kEpoch;
    return Verdict::kValue;
  }

  Verdict DecodeInfinity(bool is_minus_infinity, Value* result) const {
    switch (context.policies.on_infinity) {
      case ValuePolicy::kNull:
        ++context.counts->infinity;
        return Verdict::kNull;
      case ValuePolicy::kClamp:
        ++context.counts->infinity;
        *result = (is_minus_infinity ? kFirst : kLastStored) + kEpoch;
        return Verdict::kValue;
      default:
        return Verdict::kRefused;
    }
  }

  arrow::Status Explain(const char* value, int32_t size) const {
    if (size != sizeof(Integer)) return WrongWidth(context, size, sizeof(Integer));
    const Integer since_2000 = Load(value);
    if (since_2000 == kInfinity || since_2000 == kMinusInfinity) {
      return RefusedByPolicy(context, "infinity or -infinity", "on_infinity", "clamp");
    }
    if (since_2000 > kLastStored && since_2000 <= kLast) {
      return RefusedByPolicy(
          context,
          "a timestamp after 294247-01-10 04:00:54.775807, the last one in a file",
          "on_infinity", "clamp");
    }
    return MalformedValue(context, "a date or timestamp lies outside PostgreSQL's range");
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
    int64_t row = 0;
    for (; row < fields.num_rows; ++row, ++next) {
      const char* const field = fields.Next();
      const char* const value = field + kCopyLengthBytes;
      const int32_t size = LoadInt32(field);
      *next = static_cast<uint8_t>(*value);
      if (size == 1 && *next <= 1) [[likely]]
        continue;
      if (size >= 0) {
        Succeeds(size != 1 ? WrongWidth(context_, size, 1)
                           : MalformedValue(context_, "a boolean is neither 0 nor 1"));
        break;
      }
      *next = 0;
      if (!Succeeds(validity_.SetNull(next - values_.bytes()))) break;
    }
    length_ += row;
    return row;
  }

  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish() override {
    const int64_t null_count = validity_.null_count();
    ARROW_ASSIGN_OR_RAISE(auto validity, validity_.Finish(length_));
    ARROW_ASSIGN_OR_RAISE(auto values, values_.Finish(length_));
    return arrow::ArrayData::Make(arrow::boolean(), std::exchange(length_, 0),
                                  {std::move(validity), std::move(values)}, null_count);
  }

 private:
  DecoderContext context_;
  FlagBuffer values_;
  ValidityBitmap validity_;
  int64_t length_ = 0;
};

template <typename Codec>
std::unique_ptr<ColumnDecoder> MakeFixed(const TypeMapping& mapping, Codec codec) {
  return std::make_unique<FixedDecoder<Codec>>(mapping.arrow_type, std::move(codec));
}

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
    case WireForm::kInt64Decimal:
      return MakeFixed(mapping, WideCodec<int64_t>{std::move(context)});
    case WireForm::kUint64Decimal:
      return MakeFixed(mapping, WideCodec<uint64_t>{std::move(context)});
    case WireForm::kDate:
      return MakeFixed(mapping, CalendarCodec<int32_t>{std::move(context)});
    case WireForm::kTimestamp:
      return MakeFixed(mapping, CalendarCodec<int64_t>{std::move(context)});
    default:
      return nullptr;
  }
}

}  // namespace carmilla
