#include "duck/duck_type.h"

#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "core/error.h"
#include "duck/duck_handle.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

enum class TypeUse { kName, kOutput };

std::string Render(duckdb_logical_type type, TypeUse use);

std::string RenderEnum(duckdb_logical_type type) {
  std::string name = "ENUM(";
  const uint32_t num_labels = Duck().enum_dictionary_size(type);
  for (uint32_t i = 0; i < num_labels; ++i) {
    const DuckText label(Duck().enum_dictionary_value(type, i));
    name += (i == 0 ? "" : ", ") + QuoteDuckText(label.get());
  }
  return name + ")";
}

std::string RenderStruct(duckdb_logical_type type, TypeUse use) {
  std::string name = "STRUCT(";
  const idx_t num_fields = Duck().struct_type_child_count(type);
  for (idx_t i = 0; i < num_fields; ++i) {
    const DuckText field(Duck().struct_type_child_name(type, i));
    const DuckLogicalType child(Duck().struct_type_child_type(type, i));
    name += (i == 0 ? "" : ", ") + QuoteDuckIdentifier(field.get()) + " " +
            Render(child.get(), use);
  }
  return name + ")";
}

std::string RenderUnion(duckdb_logical_type type) {
  std::string name = "UNION(";
  const idx_t num_members = Duck().union_type_member_count(type);
  for (idx_t i = 0; i < num_members; ++i) {
    const DuckText member(Duck().union_type_member_name(type, i));
    const DuckLogicalType child(Duck().union_type_member_type(type, i));
    name += (i == 0 ? "" : ", ") + QuoteDuckIdentifier(member.get()) + " " +
            Render(child.get(), TypeUse::kName);
  }
  return name + ")";
}

const char* ScalarName(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT:
      return "TINYINT";
    case DUCKDB_TYPE_SMALLINT:
      return "SMALLINT";
    case DUCKDB_TYPE_INTEGER:
      return "INTEGER";
    case DUCKDB_TYPE_BIGINT:
      return "BIGINT";
    case DUCKDB_TYPE_UTINYINT:
      return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT:
      return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER:
      return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT:
      return "UBIGINT";
    case DUCKDB_TYPE_HUGEINT:
      return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT:
      return "UHUGEINT";
    case DUCKDB_TYPE_BIGNUM:
      return "BIGNUM";
    case DUCKDB_TYPE_FLOAT:
      return "FLOAT";
    case DUCKDB_TYPE_DOUBLE:
      return "DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP:
      return "TIMESTAMP";
    case DUCKDB_TYPE_TIMESTAMP_S:
      return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "TIMESTAMP_NS";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIME:
      return "TIME";
    case DUCKDB_TYPE_TIME_NS:
      return "TIME_NS";
    case DUCKDB_TYPE_TIME_TZ:
      return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    case DUCKDB_TYPE_BLOB:
      return "BLOB";
    case DUCKDB_TYPE_UUID:
      return "UUID";
    case DUCKDB_TYPE_BIT:
      return "BIT";
    case DUCKDB_TYPE_SQLNULL:
      return "\"NULL\"";
    case DUCKDB_TYPE_VARCHAR:
      return "VARCHAR";
    default:
      return "UNKNOWN";
  }
}

bool LeavesAsText(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_BIGNUM:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_TIME_TZ:
    case DUCKDB_TYPE_BIT:
    case DUCKDB_TYPE_INTERVAL:
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UNION:
      return true;
    default:
      return false;
  }
}

std::string Render(duckdb_logical_type type, TypeUse use) {
  const duckdb_type id = Duck().get_type_id(type);
  if (use == TypeUse::kOutput && LeavesAsText(id)) return "VARCHAR";
  if (use == TypeUse::kOutput && id == DUCKDB_TYPE_HUGEINT) return "DECIMAL(38,0)";
  if (const DuckText alias(Duck().logical_type_get_alias(type)); alias != nullptr) {
    return alias.get();
  }
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      return "DECIMAL(" + std::to_string(Duck().decimal_width(type)) + "," +
             std::to_string(Duck().decimal_scale(type)) + ")";
    case DUCKDB_TYPE_ENUM:
      return RenderEnum(type);
    case DUCKDB_TYPE_UNION:
      return RenderUnion(type);
    case DUCKDB_TYPE_STRUCT:
      return RenderStruct(type, use);
    case DUCKDB_TYPE_LIST: {
      const DuckLogicalType child(Duck().list_type_child_type(type));
      return Render(child.get(), use) + "[]";
    }
    case DUCKDB_TYPE_ARRAY: {
      const DuckLogicalType child(Duck().array_type_child_type(type));
      return Render(child.get(), use) + "[" +
             std::to_string(Duck().array_type_array_size(type)) + "]";
    }
    case DUCKDB_TYPE_MAP: {
      const DuckLogicalType key(Duck().map_type_key_type(type));
      const DuckLogicalType value(Duck().map_type_value_type(type));
      return "MAP(" + Render(key.get(), use) + ", " + Render(value.get(), use) + ")";
    }
    default:
      return ScalarName(id);
  }
}

std::string TimestampName(const arrow::TimestampType& type) {
  if (!type.timezone().empty()) return "TIMESTAMP WITH TIME ZONE";
  switch (type.unit()) {
    case arrow::TimeUnit::SECOND:
      return "TIMESTAMP_S";
    case arrow::TimeUnit::MILLI:
      return "TIMESTAMP_MS";
    case arrow::TimeUnit::MICRO:
      return "TIMESTAMP";
    case arrow::TimeUnit::NANO:
      return "TIMESTAMP_NS";
  }
  return "TIMESTAMP";
}

arrow::Result<std::string> StructNameOf(const arrow::DataType& type) {
  std::string name = "STRUCT(";
  for (int i = 0; i < type.num_fields(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const std::string child,
                          DuckTypeNameOf(*type.field(i)->type()));
    name +=
        (i == 0 ? "" : ", ") + QuoteDuckIdentifier(type.field(i)->name()) + " " + child;
  }
  return name + ")";
}

}  // namespace

std::string DuckTypeName(duckdb_logical_type type) {
  return Render(type, TypeUse::kName);
}

std::string DuckOutputTypeName(duckdb_logical_type type) {
  return Render(type, TypeUse::kOutput);
}

arrow::Result<std::string> DuckTypeNameOf(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return "BOOLEAN";
    case arrow::Type::INT8:
      return "TINYINT";
    case arrow::Type::INT16:
      return "SMALLINT";
    case arrow::Type::INT32:
      return "INTEGER";
    case arrow::Type::INT64:
      return "BIGINT";
    case arrow::Type::UINT8:
      return "UTINYINT";
    case arrow::Type::UINT16:
      return "USMALLINT";
    case arrow::Type::UINT32:
      return "UINTEGER";
    case arrow::Type::UINT64:
      return "UBIGINT";
    case arrow::Type::FLOAT:
      return "FLOAT";
    case arrow::Type::DOUBLE:
      return "DOUBLE";
    case arrow::Type::DATE32:
      return "DATE";
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
      return "TIME";
    case arrow::Type::TIMESTAMP:
      return TimestampName(static_cast<const arrow::TimestampType&>(type));
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return "VARCHAR";
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
      return "BLOB";
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return "DECIMAL(" + std::to_string(decimal.precision()) + "," +
             std::to_string(decimal.scale()) + ")";
    }
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST: {
      ARROW_ASSIGN_OR_RAISE(const std::string child,
                            DuckTypeNameOf(*type.field(0)->type()));
      return child + "[]";
    }
    case arrow::Type::STRUCT:
      return StructNameOf(type);
    case arrow::Type::EXTENSION: {
      const auto& extension = static_cast<const arrow::ExtensionType&>(type);
      if (extension.extension_name() == "arrow.uuid") return "UUID";
      return DuckTypeNameOf(*extension.storage_type());
    }
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      ARROW_ASSIGN_OR_RAISE(const std::string key, DuckTypeNameOf(*map.key_type()));
      ARROW_ASSIGN_OR_RAISE(const std::string item, DuckTypeNameOf(*map.item_type()));
      return "MAP(" + key + ", " + item + ")";
    }
    default:
      return MakeError(
          ErrorKind::kUnsupportedType,
          "describing a column to the query engine: no type for " + type.ToString());
  }
}

}  // namespace carmilla
