#include "types/arrow_type_text.h"

#include <arrow/extension/uuid.h>
#include <arrow/type.h>

#include <array>
#include <charconv>
#include <utility>

#include "core/error.h"

namespace carmilla {
namespace {

using ArrowTypePointer = std::shared_ptr<arrow::DataType>;

const std::array<std::pair<std::string_view, ArrowTypePointer>, 16>& PlainTypes() {
  static const std::array<std::pair<std::string_view, ArrowTypePointer>, 16> types{{
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
      {"timestamp[ms]", arrow::timestamp(arrow::TimeUnit::MILLI)},
      {"timestamp[ms, tz=UTC]", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")},
      {"time64[us]", arrow::time64(arrow::TimeUnit::MICRO)},
      {"uuid", arrow::extension::uuid()},
      {"map<string, string>", arrow::map(arrow::utf8(), arrow::utf8())},
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

std::string StructText(const arrow::DataType& type) {
  std::string text = "struct<";
  for (const auto& field : type.fields()) {
    text += text.ends_with('<') ? "\"" : ", \"";
    for (const char character : field->name()) {
      if (character == '"' || character == '\\') text += '\\';
      text += character;
    }
    text += "\": " + ArrowTypeText(*field->type());
  }
  return text + ">";
}

/// Reads a type from the front of a text. Null is what is no type.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : rest_(text) {}

  bool is_at_end() const { return rest_.empty(); }

  ArrowTypePointer Read(int depth = 0) {
    if (depth > kMaxNesting) return nullptr;
    if (Skip("list<")) {
      ArrowTypePointer element = Read(depth + 1);
      if (element == nullptr || !Skip(">")) return nullptr;
      return arrow::list(std::move(element));
    }
    if (Skip("struct<")) return ReadStruct(depth);
    for (const auto& [name, type] : PlainTypes()) {
      // No name begins another one that ends otherwise than with a bracket.
      if (Skip(name)) return type;
    }
    return ReadDecimal();
  }

 private:
  bool Skip(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  ArrowTypePointer ReadStruct(int depth) {
    arrow::FieldVector fields;
    do {
      std::string name;
      if (!ReadName(&name) || !Skip(": ")) return nullptr;
      ArrowTypePointer type = Read(depth + 1);
      if (type == nullptr) return nullptr;
      fields.push_back(arrow::field(std::move(name), std::move(type)));
    } while (Skip(", "));
    return Skip(">") ? arrow::struct_(std::move(fields)) : nullptr;
  }

  bool ReadName(std::string* name) {
    if (!Skip("\"")) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      if (Skip("\\") && !rest_.starts_with('"') && !rest_.starts_with('\\')) return false;
      *name += rest_.front();
      rest_.remove_prefix(1);
    }
    return Skip("\"");
  }

  ArrowTypePointer ReadDecimal() {
    const size_t end = rest_.find(')');
    if (end == std::string_view::npos) return nullptr;
    ArrowTypePointer type = ParseDecimal(rest_.substr(0, end + 1));
    if (type != nullptr) rest_.remove_prefix(end + 1);
    return type;
  }

  std::string_view rest_;
};

}  // namespace

std::string ArrowTypeText(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LIST:
      return "list<" +
             ArrowTypeText(*static_cast<const arrow::ListType&>(type).value_type()) + ">";
    case arrow::Type::STRUCT:
      return StructText(type);
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
  TypeReader reader(text);
  ArrowTypePointer type = reader.Read();
  if (type != nullptr && reader.is_at_end()) return type;
  constexpr size_t kShown = 100;
  return MakeError(
      ErrorKind::kCorruptData,
      "reading a column's type: unknown \"" + std::string(text.substr(0, kShown)) + "\"");
}

}  // namespace carmilla
