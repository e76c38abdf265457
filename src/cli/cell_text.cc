#include "cli/cell_text.h"

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "cli/display_text.h"
#include "cli/time_text.h"

namespace carmilla {
namespace {

template <typename Number>
void AppendNumber(Number number, std::string* out) {
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out->append(buffer.data(), end);
}

template <typename Float>
void AppendFloat(Float number, std::string* out) {
  if (std::isnan(number)) {
    *out += "NaN";
  } else if (std::isinf(number)) {
    *out += number > 0 ? "Infinity" : "-Infinity";
  } else {
    AppendNumber(number, out);
  }
}

/// Puts the point into the digits of an unscaled decimal; never an exponent, as Arrow
/// would.
void AppendDecimal(std::string digits, int32_t scale, std::string* out) {
  if (digits.starts_with('-')) {
    *out += '-';
    digits.erase(0, 1);
  }
  if (scale <= 0) {
    *out += digits;
    if (digits != "0") out->append(static_cast<size_t>(-scale), '0');
    return;
  }
  const auto num_fraction_digits = static_cast<size_t>(scale);
  if (digits.size() <= num_fraction_digits) {
    digits.insert(0, num_fraction_digits + 1 - digits.size(), '0');
  }
  const size_t point = digits.size() - num_fraction_digits;
  out->append(digits, 0, point).append(".").append(digits, point);
}

template <typename Decimal, typename DecimalArray>
void AppendDecimalCell(const arrow::Array& array, int64_t row, std::string* out) {
  const Decimal value(static_cast<const DecimalArray&>(array).GetValue(row));
  AppendDecimal(value.ToIntegerString(),
                static_cast<const arrow::DecimalType&>(*array.type()).scale(), out);
}

void AppendBinary(std::string_view bytes, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *out += "\\x";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out += kDigits[byte >> 4];
    *out += kDigits[byte & 15];
  }
}

/// Appends the 16 bytes of a UUID as PostgreSQL prints it.
void AppendUuid(std::string_view bytes, std::string* out) {
  std::string digits;
  AppendBinary(bytes, &digits);
  const std::string_view hexadecimal = std::string_view(digits).substr(2);
  size_t at = 0;
  for (const size_t length : {8, 4, 4, 4, 12}) {
    if (at > 0) *out += '-';
    *out += hexadecimal.substr(at, length);
    at += length;
  }
}

/// How the elements of nested values are set apart.
struct Spacing {
  std::string_view comma;
  std::string_view colon;
};
constexpr Spacing kWide = {", ", ": "};
constexpr Spacing kNarrow = {",", ":"};

void AppendJson(const arrow::Array& array, int64_t row, const Spacing& spacing,
                std::string* out);

void AppendElements(const arrow::Array& values, int64_t begin, int64_t end,
                    const Spacing& spacing, std::string* out) {
  *out += '[';
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) *out += spacing.comma;
    AppendJson(values, i, spacing, out);
  }
  *out += ']';
}

template <typename ListArray>
void AppendList(const arrow::Array& array, int64_t row, const Spacing& spacing,
                std::string* out) {
  const auto& list = static_cast<const ListArray&>(array);
  const int64_t begin = list.value_offset(row);
  AppendElements(*list.values(), begin, begin + list.value_length(row), spacing, out);
}

void AppendStruct(const arrow::StructArray& array, int64_t row, const Spacing& spacing,
                  std::string* out) {
  *out += '{';
  for (int i = 0; i < array.num_fields(); ++i) {
    if (i > 0) *out += spacing.comma;
    AppendJsonString(array.type()->field(i)->name(), out);
    *out += spacing.colon;
    AppendJson(*array.field(i), row, spacing, out);
  }
  *out += '}';
}

void AppendMap(const arrow::MapArray& array, int64_t row, const Spacing& spacing,
               std::string* out) {
  *out += '{';
  const int64_t begin = array.value_offset(row);
  for (int64_t i = begin; i < begin + array.value_length(row); ++i) {
    if (i > begin) *out += spacing.comma;
    std::string key;
    AppendCellText(*array.keys(), i, &key);
    AppendJsonString(key, out);
    *out += spacing.colon;
    AppendJson(*array.items(), i, spacing, out);
  }
  *out += '}';
}

/// Appends a nested value as JSON; false if the type is not nested.
bool AppendNested(const arrow::Array& array, int64_t row, const Spacing& spacing,
                  std::string* out) {
  switch (array.type_id()) {
    case arrow::Type::LIST:
      AppendList<arrow::ListArray>(array, row, spacing, out);
      return true;
    case arrow::Type::LARGE_LIST:
      AppendList<arrow::LargeListArray>(array, row, spacing, out);
      return true;
    case arrow::Type::FIXED_SIZE_LIST:
      AppendList<arrow::FixedSizeListArray>(array, row, spacing, out);
      return true;
    case arrow::Type::STRUCT:
      AppendStruct(static_cast<const arrow::StructArray&>(array), row, spacing, out);
      return true;
    case arrow::Type::MAP:
      AppendMap(static_cast<const arrow::MapArray&>(array), row, spacing, out);
      return true;
    default:
      return false;
  }
}

template <typename NumberArray>
auto ValueOf(const arrow::Array& array, int64_t row) {
  return static_cast<const NumberArray&>(array).Value(row);
}

/// Appends a number; false if the type is no number.
bool AppendNumberCell(const arrow::Array& array, int64_t row, std::string* out) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
      AppendNumber(ValueOf<arrow::Int8Array>(array, row), out);
      return true;
    case arrow::Type::INT16:
      AppendNumber(ValueOf<arrow::Int16Array>(array, row), out);
      return true;
    case arrow::Type::INT32:
      AppendNumber(ValueOf<arrow::Int32Array>(array, row), out);
      return true;
    case arrow::Type::INT64:
      AppendNumber(ValueOf<arrow::Int64Array>(array, row), out);
      return true;
    case arrow::Type::UINT8:
      AppendNumber(ValueOf<arrow::UInt8Array>(array, row), out);
      return true;
    case arrow::Type::UINT16:
      AppendNumber(ValueOf<arrow::UInt16Array>(array, row), out);
      return true;
    case arrow::Type::UINT32:
      AppendNumber(ValueOf<arrow::UInt32Array>(array, row), out);
      return true;
    case arrow::Type::UINT64:
      AppendNumber(ValueOf<arrow::UInt64Array>(array, row), out);
      return true;
    case arrow::Type::FLOAT:
      AppendFloat(ValueOf<arrow::FloatArray>(array, row), out);
      return true;
    case arrow::Type::DOUBLE:
      AppendFloat(ValueOf<arrow::DoubleArray>(array, row), out);
      return true;
    case arrow::Type::DECIMAL32:
      AppendDecimalCell<arrow::Decimal32, arrow::Decimal32Array>(array, row, out);
      return true;
    case arrow::Type::DECIMAL64:
      AppendDecimalCell<arrow::Decimal64, arrow::Decimal64Array>(array, row, out);
      return true;
    case arrow::Type::DECIMAL128:
      AppendDecimalCell<arrow::Decimal128, arrow::Decimal128Array>(array, row, out);
      return true;
    case arrow::Type::DECIMAL256:
      AppendDecimalCell<arrow::Decimal256, arrow::Decimal256Array>(array, row, out);
      return true;
    default:
      return false;
  }
}

/// Appends a date or time; false if the type is neither.
bool AppendTimeCell(const arrow::Array& array, int64_t row, std::string* out) {
  switch (array.type_id()) {
    case arrow::Type::DATE32:
      AppendDate(ValueOf<arrow::Date32Array>(array, row), out);
      return true;
    case arrow::Type::DATE64:
      AppendDate(ValueOf<arrow::Date64Array>(array, row) / 86'400'000, out);
      return true;
    case arrow::Type::TIME32:
      AppendTimeOfDay(ValueOf<arrow::Time32Array>(array, row),
                      static_cast<const arrow::TimeType&>(*array.type()).unit(), out);
      return true;
    case arrow::Type::TIME64:
      AppendTimeOfDay(ValueOf<arrow::Time64Array>(array, row),
                      static_cast<const arrow::TimeType&>(*array.type()).unit(), out);
      return true;
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
      AppendTimestamp(ValueOf<arrow::TimestampArray>(array, row), type.unit(),
                      !type.timezone().empty(), out);
      return true;
    }
    default:
      return false;
  }
}

std::string_view BytesOf(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return static_cast<const arrow::BinaryArray&>(array).GetView(row);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return static_cast<const arrow::LargeBinaryArray&>(array).GetView(row);
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
      return static_cast<const arrow::BinaryViewArray&>(array).GetView(row);
    default:
      return static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(row);
  }
}

/// Appends text or bytes; false if the type is neither.
bool AppendBytesCell(const arrow::Array& array, int64_t row, std::string* out) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      *out += BytesOf(array, row);
      return true;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
      AppendBinary(BytesOf(array, row), out);
      return true;
    default:
      return false;
  }
}

bool IsFinite(const arrow::Array& array, int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::FLOAT:
      return std::isfinite(ValueOf<arrow::FloatArray>(array, row));
    case arrow::Type::DOUBLE:
      return std::isfinite(ValueOf<arrow::DoubleArray>(array, row));
    default:
      return true;
  }
}

bool IsUuid(const arrow::Array& array) {
  return array.type_id() == arrow::Type::EXTENSION &&
         static_cast<const arrow::ExtensionType&>(*array.type()).extension_name() ==
             "arrow.uuid";
}

const arrow::Array& StorageOf(const arrow::Array& array) {
  return *static_cast<const arrow::ExtensionArray&>(array).storage();
}

void AppendJson(const arrow::Array& array, int64_t row, const Spacing& spacing,
                std::string* out) {
  if (IsNullCell(array, row)) {
    *out += "null";
  } else if (array.type_id() == arrow::Type::EXTENSION && !IsUuid(array)) {
    AppendJson(StorageOf(array), row, spacing, out);
  } else if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
    AppendJson(*dictionary.dictionary(), dictionary.GetValueIndex(row), spacing, out);
  } else if (array.type_id() == arrow::Type::BOOL) {
    AppendCellText(array, row, out);
  } else if (IsNumber(*array.type()) && IsFinite(array, row)) {
    AppendNumberCell(array, row, out);
  } else if (!AppendNested(array, row, spacing, out)) {
    std::string text;
    AppendCellText(array, row, &text);
    AppendJsonString(text, out);
  }
}

}  // namespace

bool IsNullCell(const arrow::Array& array, int64_t row) {
  if (array.type_id() == arrow::Type::NA || array.IsNull(row)) return true;
  if (array.type_id() != arrow::Type::DICTIONARY) return false;
  const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
  return dictionary.dictionary()->IsNull(dictionary.GetValueIndex(row));
}

void AppendCellText(const arrow::Array& array, int64_t row, std::string* out) {
  if (AppendBytesCell(array, row, out) || AppendNumberCell(array, row, out) ||
      AppendTimeCell(array, row, out) || AppendNested(array, row, kWide, out)) {
    return;
  }
  if (array.type_id() == arrow::Type::BOOL) {
    *out += ValueOf<arrow::BooleanArray>(array, row) ? "true" : "false";
    return;
  }
  if (IsUuid(array)) {
    AppendUuid(BytesOf(StorageOf(array), row), out);
    return;
  }
  if (array.type_id() == arrow::Type::EXTENSION) {
    AppendCellText(StorageOf(array), row, out);
    return;
  }
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
    AppendCellText(*dictionary.dictionary(), dictionary.GetValueIndex(row), out);
    return;
  }
  const auto scalar = array.GetScalar(row);
  *out += scalar.ok() ? (*scalar)->ToString() : scalar.status().message();
}

void AppendCellJson(const arrow::Array& array, int64_t row, std::string* out) {
  AppendJson(array, row, kNarrow, out);
}

void AppendJsonString(std::string_view text, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  *out += '"';
  while (!text.empty()) {
    // Most texts have nothing to escape.
    const auto special = std::ranges::find_if_not(
        text, [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
    const auto num_plain = static_cast<size_t>(special - text.begin());
    *out += text.substr(0, num_plain);
    text.remove_prefix(num_plain);
    if (text.empty()) break;
    const DisplayCharacter character = TakeCharacter(&text);
    const auto first = static_cast<unsigned char>(character.bytes.front());
    if (first == '"' || first == '\\') {
      *out += '\\';
      *out += character.bytes;
    } else if (first == '\n') {
      *out += "\\n";
    } else if (first == '\r') {
      *out += "\\r";
    } else if (first == '\t') {
      *out += "\\t";
    } else if (first < 0x20) {
      *out += "\\u00";
      *out += kDigits[first >> 4];
      *out += kDigits[first & 15];
    } else {
      *out += character.bytes;
    }
  }
  *out += '"';
}

bool IsNumber(const arrow::DataType& type) {
  return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) ||
         arrow::is_decimal(type.id());
}

}  // namespace carmilla
