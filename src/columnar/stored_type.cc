#include "columnar/stored_type.h"

#include <utility>

#include <arrow/array/array_base.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>

namespace carmilla {
namespace {

std::shared_ptr<arrow::DataType> StoredType(const std::shared_ptr<arrow::DataType>& type);

std::shared_ptr<arrow::Field> StoredField(const arrow::Field& field) {
  return arrow::field(field.name(), StoredType(field.type()), /*nullable=*/true);
}

std::shared_ptr<arrow::DataType> StoredType(
    const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::LIST:
      return arrow::list(StoredField(*type->field(0)));
    case arrow::Type::LARGE_LIST:
      return arrow::large_list(StoredField(*type->field(0)));
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*type);
      return arrow::map(StoredType(map.key_type()), StoredField(*map.item_field()));
    }
    case arrow::Type::STRUCT: {
      arrow::FieldVector fields;
      for (const auto& field : type->fields()) fields.push_back(StoredField(*field));
      return arrow::struct_(fields);
    }
    default:
      return type;
  }
}

/// What the values of `type` are in memory.
const arrow::DataType& StorageOf(const arrow::DataType& type) {
  return type.id() == arrow::Type::EXTENSION
             ? *static_cast<const arrow::ExtensionType&>(type).storage_type()
             : type;
}

}  // namespace

std::shared_ptr<arrow::Schema> StoredSchema(const arrow::Schema& schema) {
  arrow::FieldVector fields;
  for (const auto& field : schema.fields()) fields.push_back(StoredField(*field));
  return arrow::schema(std::move(fields));
}

bool HasSameLayout(const arrow::DataType& left_type, const arrow::DataType& right_type,
                   bool codes_as_values) {
  if (codes_as_values && left_type.id() == arrow::Type::DICTIONARY) {
    return HasSameLayout(
        *static_cast<const arrow::DictionaryType&>(left_type).value_type(), right_type);
  }
  const arrow::DataType& left = StorageOf(left_type);
  const arrow::DataType& right = StorageOf(right_type);
  if (left.id() != right.id()) return false;
  if (left.id() == arrow::Type::TIMESTAMP) {
    return static_cast<const arrow::TimestampType&>(left).unit() ==
           static_cast<const arrow::TimestampType&>(right).unit();
  }
  if (left.num_fields() == 0) return left.Equals(right);
  if (left.num_fields() != right.num_fields()) return false;
  for (int i = 0; i < left.num_fields(); ++i) {
    if (!HasSameLayout(*left.field(i)->type(), *right.field(i)->type(),
                       codes_as_values)) {
      return false;
    }
  }
  return true;
}

std::shared_ptr<arrow::ArrayData> WithType(const arrow::ArrayData& data,
                                           const std::shared_ptr<arrow::DataType>& type) {
  auto renamed = data.Copy();
  renamed->type = type;
  for (size_t i = 0; i < renamed->child_data.size(); ++i) {
    renamed->child_data[i] =
        WithType(*data.child_data[i], type->field(static_cast<int>(i))->type());
  }
  return renamed;
}

}  // namespace carmilla
