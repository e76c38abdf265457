#include "aws/athena_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/decimal.h>
#include <arrow/util/value_parsing.h>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status Misfit(const AthenaColumn& column) {
  return MakeError(ErrorKind::kCorruptData,
                   "reading the answer of Athena: a value of column \"" + column.name +
                       "\" is none of its type: " + RenderAthenaType(column));
}

template <typename Type>
arrow::Status AppendParsed(std::string_view text, const AthenaColumn& column,
                           arrow::ArrayBuilder* builder) {
  auto& typed = static_cast<typename arrow::TypeTraits<Type>::BuilderType&>(*builder);
  typename Type::c_type value{};
  const bool is_parsed = arrow::internal::ParseValue(
      static_cast<const Type&>(*builder->type()), text.data(), text.size(), &value);
  if (!is_parsed) return Misfit(column);
  return typed.Append(value);
}

arrow::Status AppendBoolean(std::string_view text, const AthenaColumn& column,
                            arrow::ArrayBuilder* builder) {
  if (text != "true" && text != "false") return Misfit(column);
  return static_cast<arrow::BooleanBuilder&>(*builder).Append(text == "true");
}

arrow::Status AppendDecimal(std::string_view text, const AthenaColumn& column,
                            arrow::ArrayBuilder* builder) {
  arrow::Decimal128 value;
  int32_t precision = 0;
  int32_t scale = 0;
  if (!arrow::Decimal128::FromString(text, &value, &precision, &scale).ok()) {
    return Misfit(column);
  }
  const auto scaled = value.Rescale(scale, column.scale);
  if (!scaled.ok() || !scaled->FitsInPrecision(column.precision)) return Misfit(column);
  return static_cast<arrow::Decimal128Builder&>(*builder).Append(*scaled);
}

// Pairs of digits with blanks between them: `de ad be ef`.
arrow::Status AppendBinary(std::string_view text, const AthenaColumn& column,
                           arrow::ArrayBuilder* builder) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string bytes;
  std::string digits;
  for (const char letter : text) {
    if (letter != ' ') digits += letter;
  }
  if (digits.size() % 2 != 0) return Misfit(column);
  for (size_t i = 0; i < digits.size(); i += 2) {
    const size_t high = kDigits.find(digits[i]);
    const size_t low = kDigits.find(digits[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return Misfit(column);
    }
    bytes += static_cast<char>(high * 16 + low);
  }
  return static_cast<arrow::BinaryBuilder&>(*builder).Append(bytes);
}

}  // namespace

std::shared_ptr<arrow::DataType> ArrowTypeOfAthena(const AthenaColumn& column) {
  using Row = std::pair<std::string_view, std::shared_ptr<arrow::DataType>>;
  static const std::array<Row, 11> kTypes = {
      Row{"boolean", arrow::boolean()},
      Row{"tinyint", arrow::int8()},
      Row{"smallint", arrow::int16()},
      Row{"integer", arrow::int32()},
      Row{"bigint", arrow::int64()},
      Row{"real", arrow::float32()},
      Row{"float", arrow::float32()},
      Row{"double", arrow::float64()},
      Row{"date", arrow::date32()},
      Row{"timestamp", arrow::timestamp(arrow::TimeUnit::MILLI)},
      Row{"varbinary", arrow::binary()}};
  if (column.type == "decimal" && column.precision >= 1 && column.precision <= 38) {
    return arrow::decimal128(column.precision, column.scale);
  }
  const auto found = std::ranges::find(kTypes, column.type, &Row::first);
  return found != kTypes.end() ? found->second : arrow::utf8();
}

std::string RenderAthenaType(const AthenaColumn& column) {
  if (column.type != "decimal") return column.type;
  return "decimal(" + std::to_string(column.precision) + "," +
         std::to_string(column.scale) + ")";
}

arrow::Status AppendAthenaText(std::string_view text, const AthenaColumn& column,
                               arrow::ArrayBuilder* builder) {
  switch (builder->type()->id()) {
    case arrow::Type::BOOL:
      return AppendBoolean(text, column, builder);
    case arrow::Type::INT8:
      return AppendParsed<arrow::Int8Type>(text, column, builder);
    case arrow::Type::INT16:
      return AppendParsed<arrow::Int16Type>(text, column, builder);
    case arrow::Type::INT32:
      return AppendParsed<arrow::Int32Type>(text, column, builder);
    case arrow::Type::INT64:
      return AppendParsed<arrow::Int64Type>(text, column, builder);
    case arrow::Type::FLOAT:
      return AppendParsed<arrow::FloatType>(text, column, builder);
    case arrow::Type::DOUBLE:
      return AppendParsed<arrow::DoubleType>(text, column, builder);
    case arrow::Type::DATE32:
      return AppendParsed<arrow::Date32Type>(text, column, builder);
    case arrow::Type::TIMESTAMP:
      return AppendParsed<arrow::TimestampType>(text, column, builder);
    case arrow::Type::DECIMAL128:
      return AppendDecimal(text, column, builder);
    case arrow::Type::BINARY:
      return AppendBinary(text, column, builder);
    default:
      return static_cast<arrow::StringBuilder&>(*builder).Append(text);
  }
}

}  // namespace carmilla
