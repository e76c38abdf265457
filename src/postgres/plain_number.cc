#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <ranges>
#include <utility>

#include <arrow/api.h>
#include <arrow/util/decimal.h>

#include "postgres/plain_value.h"

namespace carmilla {
namespace {

using arrow::Decimal128;

/// Digits before and behind the point; only forms that name a number.
struct PlainNumeric {
  bool is_negative = false;
  bool is_special = false;
  std::string integer;
  std::string fraction;
};

arrow::Result<PlainNumeric> ReadNumeric(const std::string& bytes) {
  if (bytes.size() < 8) return Malformed();
  const uint64_t num_groups = Unsigned(bytes, 0, 2);
  const int64_t weight = Signed(bytes, 2, 2);
  const uint64_t sign = Unsigned(bytes, 4, 2);
  if (bytes.size() != 8 + 2 * num_groups) return Malformed();
  PlainNumeric number{.is_negative = sign == 0x4000};
  if (sign == 0xC000 || sign == 0xD000 || sign == 0xF000) {
    number.is_special = true;
    return num_groups == 0 ? arrow::Result<PlainNumeric>(number) : Malformed();
  }
  if (sign != 0 && sign != 0x4000) return Malformed();
  if (num_groups > 0 && weight < -1) {
    number.fraction.assign(static_cast<size_t>(-1 - weight) * 4, '0');
  }
  for (int64_t group = 0; std::cmp_less(group, num_groups); ++group) {
    const uint64_t value = Unsigned(bytes, 8 + 2 * static_cast<size_t>(group), 2);
    if (value >= 10000) return Malformed();
    const std::string digits = std::to_string(10000 + value).substr(1);
    (group <= weight ? number.integer : number.fraction) += digits;
  }
  if (num_groups > 0 && weight >= 0) {
    number.integer.resize(
        std::max(number.integer.size(), static_cast<size_t>(weight + 1) * 4), '0');
  }
  number.integer.erase(
      0, std::min(number.integer.find_first_not_of('0'), number.integer.size()));
  return number;
}

PlainCell DecimalOf(const std::shared_ptr<arrow::DataType>& type,
                    const std::string& digits) {
  ARROW_ASSIGN_OR_RAISE(const Decimal128 value, Decimal128::FromString(digits));
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
      return std::make_shared<arrow::Decimal32Scalar>(
          arrow::Decimal32(static_cast<int32_t>(value.low_bits())), type);
    case arrow::Type::DECIMAL64:
      return std::make_shared<arrow::Decimal64Scalar>(
          arrow::Decimal64(static_cast<int64_t>(value.low_bits())), type);
    default:
      return std::make_shared<arrow::Decimal128Scalar>(value, type);
  }
}

/// Adds one to decimal digits.
void Increment(std::string* digits) {
  for (char& digit : std::ranges::reverse_view(*digits)) {
    if (digit != '9') {
      ++digit;
      return;
    }
    digit = '0';
  }
  digits->insert(0, "1");
}

PlainCell ReadDecimal(const TypeMapping& mapping, const std::string& bytes,
                      const PlainContext& context) {
  ARROW_ASSIGN_OR_RAISE(PlainNumeric number, ReadNumeric(bytes));
  if (number.is_special) {
    if (context.policies.on_nan != ValuePolicy::kNull) return Refused();
    ++context.counts->nan;
    return arrow::MakeNullScalar(mapping.arrow_type);
  }
  const auto scale = static_cast<size_t>(mapping.scale);
  const auto precision = static_cast<size_t>(mapping.precision);
  const size_t last = number.fraction.find_last_not_of('0');
  number.fraction.resize(last == std::string::npos ? 0 : last + 1);
  const bool is_finer = number.fraction.size() > scale;
  const bool rounds_up = is_finer && number.fraction[scale] >= '5';
  number.fraction.resize(scale, '0');
  std::string digits = number.integer + number.fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (is_finer || digits.size() > precision) {
    const ValuePolicy policy = context.policies.on_out_of_range;
    if (policy == ValuePolicy::kError) return Refused();
    ++context.counts->out_of_range;
    if (policy == ValuePolicy::kNull) return arrow::MakeNullScalar(mapping.arrow_type);
    if (rounds_up) Increment(&digits);
    if (digits.size() > precision) digits.assign(precision, '9');
  }
  if (digits.empty()) digits = "0";
  return DecimalOf(mapping.arrow_type, (number.is_negative ? "-" : "") + digits);
}

/// With the display scale of the wire.
arrow::Result<std::string> PrintNumeric(const std::string& bytes) {
  ARROW_ASSIGN_OR_RAISE(PlainNumeric number, ReadNumeric(bytes));
  if (number.is_special) {
    const uint64_t sign = Unsigned(bytes, 4, 2);
    return sign == 0xC000 ? "NaN" : sign == 0xD000 ? "Infinity" : "-Infinity";
  }
  // As numeric_send writes it: no group of zeros in front, no digit behind the scale.
  const uint64_t scale = Unsigned(bytes, 6, 2);
  if (scale > 16383 || (bytes.size() > 8 && Unsigned(bytes, 8, 2) == 0) ||
      number.fraction.find_last_not_of('0') + 1 > scale) {
    return Malformed();
  }
  number.fraction.resize(scale, '0');
  return std::string(number.is_negative ? "-" : "") +
         (number.integer.empty() ? "0" : number.integer) + (scale > 0 ? "." : "") +
         number.fraction;
}

PlainCell ReadNumericText(const std::string& bytes, const PlainContext& context) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, PrintNumeric(bytes));
  *context.expansion += std::max<int64_t>(std::ssize(text) - std::ssize(bytes), 0);
  return arrow::MakeScalar(text);
}

PlainCell ReadNumericDouble(const std::string& bytes, const PlainContext& context) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, PrintNumeric(bytes));
  const double value = std::strtod(text.c_str(), nullptr);
  const bool is_zero = text.find_first_of("123456789") == std::string::npos;
  const bool is_special = text.back() > '9';
  if (is_special || is_zero || (std::isfinite(value) && value != 0)) {
    return arrow::MakeScalar(value);
  }
  const ValuePolicy policy = context.policies.on_out_of_range;
  if (policy == ValuePolicy::kError) return Refused();
  ++context.counts->out_of_range;
  if (policy == ValuePolicy::kNull) return arrow::MakeNullScalar(arrow::float64());
  const double nearest = value == 0 ? 0 : std::numeric_limits<double>::max();
  return arrow::MakeScalar(std::copysign(nearest, value));
}

template <typename Scalar>
PlainCell ReadInteger(const std::string& bytes, size_t width, bool is_signed) {
  if (bytes.size() != width) return Malformed();
  const int64_t value = is_signed ? Signed(bytes, 0, width)
                                  : static_cast<int64_t>(Unsigned(bytes, 0, width));
  return std::make_shared<Scalar>(static_cast<Scalar::ValueType>(value));
}

template <typename Bits, typename Number>
PlainCell ReadFloat(const std::string& bytes) {
  if (bytes.size() != sizeof(Bits)) return Malformed();
  return arrow::MakeScalar(
      std::bit_cast<Number>(static_cast<Bits>(Unsigned(bytes, 0, sizeof(Bits)))));
}

PlainCell ReadWide(const TypeMapping& mapping, const std::string& bytes) {
  if (bytes.size() != 8) return Malformed();
  return DecimalOf(mapping.arrow_type, mapping.wire == WireForm::kInt64Decimal
                                           ? std::to_string(Signed(bytes, 0, 8))
                                           : std::to_string(Unsigned(bytes, 0, 8)));
}

}  // namespace

PlainCell ReadPlainNumber(const TypeMapping& mapping, const std::string& bytes,
                          const PlainContext& context) {
  switch (mapping.wire) {
    case WireForm::kBoolean:
      if (bytes.size() != 1 || Unsigned(bytes, 0, 1) > 1) return Malformed();
      return arrow::MakeScalar(bytes[0] == 1);
    case WireForm::kInt16:
      return ReadInteger<arrow::Int16Scalar>(bytes, 2, /*is_signed=*/true);
    case WireForm::kInt32:
      return ReadInteger<arrow::Int32Scalar>(bytes, 4, /*is_signed=*/true);
    case WireForm::kInt64:
      return ReadInteger<arrow::Int64Scalar>(bytes, 8, /*is_signed=*/true);
    case WireForm::kUint32:
      return ReadInteger<arrow::Int64Scalar>(bytes, 4, /*is_signed=*/false);
    case WireForm::kInt64Decimal:
    case WireForm::kUint64Decimal:
      return ReadWide(mapping, bytes);
    case WireForm::kFloat:
      return ReadFloat<uint32_t, float>(bytes);
    case WireForm::kDouble:
      return ReadFloat<uint64_t, double>(bytes);
    case WireForm::kNumericDecimal:
      return ReadDecimal(mapping, bytes, context);
    case WireForm::kNumericText:
      return ReadNumericText(bytes, context);
    case WireForm::kNumericDouble:
      return ReadNumericDouble(bytes, context);
    default:
      return MakeError(ErrorKind::kBug, "no number");
  }
}

}  // namespace carmilla
