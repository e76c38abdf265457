#include "types/arrow_type_text.h"

#include <arrow/type.h>

#include <array>
#include <charconv>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

using ArrowTypePointer = std::shared_ptr<arrow::DataType>;

const std::array<std::pair<std::string_view, ArrowTypePointer>, 11>& PlainTypes() {
  static const std::array<std::pair<std::string_view, ArrowTypePointer>, 11> types{{
      {"bool", arrow::boolean()},
      {"int16", arrow::int16()},
      {"int32", arrow::int32()},
      {"int64", arrow::int64()},
      {"float", arrow::float32()},
      {"double", arrow::float64()},
      {"string", arrow::utf8()},
      {"binary", arrow::binary()},
      {"date32", arrow::date32()},
      {"timestamp[us]", arrow::timestamp(arrow::TimeUnit::MICRO)},
      {"timestamp[us, tz=UTC]", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
  }};
  return types;
}

std::string DecimalText(std::string_view name, const arrow::DataType& type) {
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  return std::string(name) + "(" + std::to_string(decimal.precision()) + "," +
         std::to_string(decimal.scale()) + ")";
}

/// Returns the number that is all of `text`, or -1.
int32_t WholeNumber(std::string_view text) {
  int32_t number = -1;
  const auto parsed = std::from_chars(text.begin(), text.end(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.end() ? number : -1;
}

/// Returns the decimal type that `text` renders, or null.
ArrowTypePointer ParseDecimal(std::string_view text) {
  const size_t open = text.find('(');
  const size_t comma = text.find(',');
  if (!text.starts_with("decimal") || !text.ends_with(')') ||
      comma == std::string_view::npos || open > comma) {
    return nullptr;
  }
  const int32_t precision = WholeNumber(text.substr(open + 1, comma - open - 1));
  const int32_t scale = WholeNumber(text.substr(comma + 1, text.size() - comma - 2));
  if (precision < 1 || precision > arrow::Decimal128Type::kMaxPrecision || scale < 0 ||
      scale > precision) {
    return nullptr;
  }
  // One spelling per type: the width follows from the precision, numbers have no leading
  // zeros.
  auto type = arrow::smallest_decimal(precision, scale);
  return ArrowTypeText(*type) == text ? type : nullptr;
}

ArrowTypePointer ParseUnnested(std::string_view text) {
  for (const auto& [name, type] : PlainTypes()) {
    if (name == text) return type;
  }
  return ParseDecimal(text);
}

}  // namespace

std::string ArrowTypeText(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LIST:
      return "list<" +
             ArrowTypeText(*static_cast<const arrow::ListType&>(type).value_type()) + ">";
    case arrow::Type::DECIMAL32:
      return DecimalText("decimal32", type);
    case arrow::Type::DECIMAL64:
      return DecimalText("decimal64", type);
    case arrow::Type::DECIMAL128:
      return DecimalText("decimal128", type);
    default:
      break;
  }
  for (const auto& [name, plain] : PlainTypes()) {
    if (plain->Equals(type)) return std::string(name);
  }
  return type.ToString();
}

arrow::Result<ArrowTypePointer> ParseArrowType(std::string_view text) {
  std::string_view inner = text;
  int depth = 0;
  while (depth <= kMaxListDepth && inner.starts_with("list<") && inner.ends_with('>')) {
    inner.remove_prefix(5);
    inner.remove_suffix(1);
    ++depth;
  }
  ArrowTypePointer type = depth > kMaxListDepth ? nullptr : ParseUnnested(inner);
  if (type == nullptr) {
    constexpr size_t kShown = 100;
    return MakeError(ErrorKind::kCorruptData, "reading a column's type: unknown \"" +
                                                  std::string(text.substr(0, kShown)) +
                                                  "\"");
  }
  for (; depth > 0; --depth) type = arrow::list(std::move(type));
  return type;
}

}  // namespace carmilla
