#include "operations/added_columns.h"

#include <arrow/type.h>
#include <arrow/type_traits.h>

#include "core/error.h"
#include "core/suggest.h"
#include "types/arrow_type_text.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

bool IsNarrowerDecimal(const arrow::DataType& from, const arrow::DataType& to) {
  if (!arrow::is_decimal(from.id()) || !arrow::is_decimal(to.id())) return false;
  const auto& narrow = static_cast<const arrow::DecimalType&>(from);
  const auto& wide = static_cast<const arrow::DecimalType&>(to);
  return narrow.scale() == wide.scale() && narrow.precision() <= wide.precision();
}

bool IsSameZone(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.id() != arrow::Type::TIMESTAMP || to.id() != arrow::Type::TIMESTAMP) {
    return false;
  }
  const auto has_zone = [](const arrow::DataType& type) {
    return !static_cast<const arrow::TimestampType&>(type).timezone().empty();
  };
  return has_zone(from) == has_zone(to);
}

bool Holds(const arrow::DataType& to, const arrow::DataType& from);

/// The same nesting: names of list elements and what may be NULL may differ.
bool HoldsParts(const arrow::DataType& to, const arrow::DataType& from) {
  if (from.id() != to.id() || from.num_fields() == 0 ||
      from.num_fields() != to.num_fields()) {
    return false;
  }
  for (int i = 0; i < from.num_fields(); ++i) {
    const arrow::Field& part = *from.field(i);
    const arrow::Field& wanted = *to.field(i);
    if (from.id() == arrow::Type::STRUCT && part.name() != wanted.name()) return false;
    if (!Holds(*wanted.type(), *part.type())) return false;
  }
  return true;
}

/// Whether every value of `from` is one of `to`, or the cast fails on those that are not.
bool Holds(const arrow::DataType& to, const arrow::DataType& from) {
  if (from.Equals(to, /*check_metadata=*/false)) return true;
  if (from.id() == arrow::Type::DICTIONARY) {
    return Holds(to, *static_cast<const arrow::DictionaryType&>(from).value_type());
  }
  if (arrow::is_signed_integer(from.id()) && arrow::is_signed_integer(to.id())) {
    return from.bit_width() <= to.bit_width();
  }
  if (from.id() == arrow::Type::LARGE_STRING) return to.id() == arrow::Type::STRING;
  if (from.id() == arrow::Type::LARGE_BINARY) return to.id() == arrow::Type::BINARY;
  if (from.id() == arrow::Type::FLOAT) return to.id() == arrow::Type::DOUBLE;
  return IsNarrowerDecimal(from, to) || IsSameZone(from, to) || HoldsParts(to, from);
}

}  // namespace

arrow::Result<AddedColumns> MatchColumns(const arrow::Schema& file,
                                         const arrow::Schema& table) {
  AddedColumns columns;
  for (const auto& field : table.fields()) {
    const int index = file.GetFieldIndex(field->name());
    if (index < 0) {
      return MakeError(ErrorKind::kConfiguration,
                       "the file lacks a column of the table: " + field->name(),
                       DidYouMean(field->name(), file.field_names()));
    }
    if (!Holds(*field->type(), *file.field(index)->type())) {
      return MakeError(ErrorKind::kConfiguration,
                       "column " + field->name() + " is " +
                           ArrowTypeText(*field->type()) + " in the table and " +
                           file.field(index)->type()->ToString() + " in the file");
    }
    columns.order.push_back(index);
  }
  arrow::FieldVector read = file.fields();
  for (size_t place = 0; place < columns.order.size(); ++place) {
    const int index = columns.order[place];
    read[index] = read[index]->WithType(table.field(static_cast<int>(place))->type());
  }
  if (file.num_fields() > table.num_fields()) {
    for (const auto& field : file.fields()) {
      if (table.GetFieldIndex(field->name()) >= 0) continue;
      return MakeError(ErrorKind::kConfiguration,
                       "the table has no such column: " + field->name(),
                       "a partition column stands in --partition only");
    }
  }
  columns.read = arrow::schema(std::move(read));
  return columns;
}

std::shared_ptr<arrow::DataType> TypeInLake(
    const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::INT8:
      return arrow::int16();
    case arrow::Type::LARGE_STRING:
      return arrow::utf8();
    case arrow::Type::LARGE_BINARY:
      return arrow::binary();
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      if (decimal.scale() < 0 || decimal.scale() > decimal.precision()) return type;
      return MapAsDecimal(decimal.precision(), decimal.scale()).arrow_type;
    }
    case arrow::Type::TIMESTAMP: {
      const bool has_zone =
          !static_cast<const arrow::TimestampType&>(*type).timezone().empty();
      return arrow::timestamp(arrow::TimeUnit::MICRO, has_zone ? "UTC" : "");
    }
    case arrow::Type::DICTIONARY:
      return TypeInLake(static_cast<const arrow::DictionaryType&>(*type).value_type());
    case arrow::Type::LIST:
      return arrow::list(TypeInLake(type->field(0)->type()));
    default:
      return type;
  }
}

}  // namespace carmilla
