#include "engine/model_columns.h"

#include <algorithm>
#include <set>

#include <arrow/array/array_binary.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"
#include "engine/athena_names.h"
#include "types/arrow_type_text.h"
#include "types/lake_type.h"

namespace carmilla {
namespace {

using TypePointer = std::shared_ptr<arrow::DataType>;

/// The engine hands bytes out as views where decimals are narrow.
bool HasViews(const arrow::DataType& type) {
  return type.id() == arrow::Type::BINARY_VIEW ||
         std::ranges::any_of(type.fields(),
                             [](const auto& field) { return HasViews(*field->type()); });
}

TypePointer WithoutViews(const TypePointer& type) {
  if (type->id() == arrow::Type::BINARY_VIEW) return arrow::binary();
  if (!HasViews(*type)) return type;
  arrow::FieldVector fields = type->fields();
  for (auto& field : fields) field = field->WithType(WithoutViews(field->type()));
  switch (type->id()) {
    case arrow::Type::LIST:
      return arrow::list(fields[0]);
    case arrow::Type::STRUCT:
      return arrow::struct_(fields);
    default:
      return type;  // No other type of the lake holds bytes.
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> CopiedBytes(
    const arrow::BinaryViewArray& views) {
  arrow::BinaryBuilder bytes;
  ARROW_RETURN_NOT_OK(bytes.Reserve(views.length()));
  for (int64_t row = 0; row < views.length(); ++row) {
    ARROW_RETURN_NOT_OK(views.IsNull(row) ? bytes.AppendNull()
                                          : bytes.Append(views.GetView(row)));
  }
  return bytes.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> WithoutViews(
    const std::shared_ptr<arrow::Array>& column) {
  if (!HasViews(*column->type())) return column;
  if (column->type_id() == arrow::Type::BINARY_VIEW) {
    return CopiedBytes(static_cast<const arrow::BinaryViewArray&>(*column));
  }
  auto data = column->data()->Copy();
  data->type = WithoutViews(data->type);
  for (auto& child : data->child_data) {
    ARROW_ASSIGN_OR_RAISE(const auto part, WithoutViews(arrow::MakeArray(child)));
    child = part->data();
  }
  return arrow::MakeArray(data);
}

/// What the names of a model's columns must be, and are in the files.
arrow::Result<std::string> ColumnName(const std::string& name, bool has_catalog,
                                      std::set<std::string>* taken) {
  const std::string lower = LowerCase(name);
  if (name.empty() || (has_catalog && AthenaColumnName(lower) != lower)) {
    return MakeError(ErrorKind::kConfiguration,
                     "column " + name + ": Athena knows no such name",
                     "name it with AS: lower-case letters, digits and underscores");
  }
  if (!taken->insert(lower).second) {
    return MakeError(ErrorKind::kConfiguration, "two columns have one name: " + name,
                     "name one of them with AS");
  }
  return has_catalog ? lower : name;
}

}  // namespace

arrow::Result<std::vector<std::string>> ModelColumnNames(
    const std::vector<std::string>& names, const ColumnDescriptions& descriptions,
    bool has_catalog) {
  std::vector<std::string> stored;
  std::set<std::string> taken;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(std::string one, ColumnName(name, has_catalog, &taken));
    stored.push_back(std::move(one));
  }
  for (const auto& [described, text] : descriptions) {
    if (taken.contains(LowerCase(described))) continue;
    return MakeError(ErrorKind::kConfiguration,
                     "the model has no such column: " + described,
                     "correct the name below `columns` of the model");
  }
  return stored;
}

arrow::Result<std::vector<ManifestColumn>> DescribeModelColumns(
    const arrow::Schema& schema, const ColumnDescriptions& descriptions,
    bool has_catalog) {
  ARROW_ASSIGN_OR_RAISE(
      std::vector<std::string> names,
      ModelColumnNames(schema.field_names(), descriptions, has_catalog));
  std::vector<ManifestColumn> columns;
  for (int i = 0; i < schema.num_fields(); ++i) {
    std::string& name = names[static_cast<size_t>(i)];
    const TypePointer arrow_type = WithoutViews(schema.field(i)->type());
    const auto type = LakeTypeOf(*arrow_type);
    if (!type.ok()) {
      return MakeError(
          ErrorKind::kUnsupportedType, "column " + name + ": " + type.status().message(),
          "cast it: CAST(" + name + " AS BIGINT), DECIMAL(38,0), TIMESTAMP or VARCHAR");
    }
    if (has_catalog) {
      ARROW_RETURN_NOT_OK(
          WithContext(CheckMembersForAthena(*arrow_type), "column " + name));
    }
    ManifestColumn column{.name = std::move(name),
                          .arrow_type = ArrowTypeText(*arrow_type),
                          .parquet_type = type->parquet,
                          .glue_type = type->glue};
    for (const auto& [described, text] : descriptions) {
      if (EqualsIgnoringCase(described, column.name)) column.comment = text;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> AsModelRows(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& schema) {
  arrow::ArrayVector columns;
  for (const auto& column : rows.columns()) {
    ARROW_ASSIGN_OR_RAISE(auto stored, WithoutViews(column));
    columns.push_back(std::move(stored));
  }
  return arrow::RecordBatch::Make(schema, rows.num_rows(), std::move(columns));
}

}  // namespace carmilla
