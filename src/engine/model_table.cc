#include "engine/model_table.h"

#include <algorithm>
#include <set>

#include <arrow/array/array_binary.h>
#include <arrow/array/builder_binary.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/letter_case.h"
#include "core/sha256.h"
#include "engine/athena_names.h"
#include "engine/manifest_builder.h"
#include "engine/proven_file.h"
#include "types/arrow_type_text.h"
#include "types/lake_type.h"

namespace carmilla {
namespace {

constexpr Compression kCompression = Compression::kZstd;

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

/// The engine hands bytes out as views where decimals are narrow.
std::shared_ptr<arrow::DataType> TypeInLake(
    const std::shared_ptr<arrow::DataType>& type) {
  return type->id() == arrow::Type::BINARY_VIEW ? arrow::binary() : type;
}

arrow::Result<std::shared_ptr<arrow::Array>> WithoutViews(
    const std::shared_ptr<arrow::Array>& column) {
  if (column->type_id() != arrow::Type::BINARY_VIEW) return column;
  const auto& views = static_cast<const arrow::BinaryViewArray&>(*column);
  arrow::BinaryBuilder bytes;
  ARROW_RETURN_NOT_OK(bytes.Reserve(views.length()));
  for (int64_t row = 0; row < views.length(); ++row) {
    ARROW_RETURN_NOT_OK(views.IsNull(row) ? bytes.AppendNull()
                                          : bytes.Append(views.GetView(row)));
  }
  return bytes.Finish();
}

/// `rows` as files of the lake have them.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> InLake(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& schema) {
  arrow::ArrayVector columns;
  for (int i = 0; i < rows.num_columns(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto column, WithoutViews(rows.column(i)));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema, rows.num_rows(), std::move(columns));
}

/// Of what was read, the oldest decides how old the rows are.
std::string OldestSnapshot(const std::vector<TableVersion>& inputs,
                           const std::string& now) {
  if (inputs.empty()) return now;
  return std::ranges::min_element(inputs, {}, &TableVersion::snapshot_time)
      ->snapshot_time;
}

}  // namespace

arrow::Status ModelPublication::CheckOwner(const std::optional<CurrentTable>& current,
                                           const std::string& name) {
  if (!current || current->manifest.model.name == name) return arrow::Status::OK();
  return MakeError(
      ErrorKind::kConfiguration,
      "publishing: a table has this name: " + current->manifest.source.relation,
      "rename the model, or give the table another name with `as:`");
}

arrow::Status ModelPublication::CheckName(const OpenedLake& lake,
                                          const std::string& name) {
  ARROW_RETURN_NOT_OK(Lake::CheckTableName(name));
  ARROW_ASSIGN_OR_RAISE(const auto current, Lake(lake.store).ReadCurrent(name));
  return CheckOwner(current, name);
}

arrow::Result<ModelPublication> ModelPublication::Begin(const OpenedLake& lake,
                                                        const std::string& name,
                                                        std::string run_id) {
  ModelPublication publication(lake);
  publication.run_id_ = std::move(run_id);
  ARROW_RETURN_NOT_OK(Lake::CheckTableName(name));
  const arrow::Status followed = publication.lake_.Follow(name);
  if (!followed.ok() && KindOf(followed) != ErrorKind::kCorruptData) return followed;
  ARROW_ASSIGN_OR_RAISE(publication.expected_, publication.lake_.ReadCurrent(name));
  ARROW_RETURN_NOT_OK(CheckOwner(publication.expected_, name));
  return publication;
}

arrow::Result<TableOutcome> ModelPublication::Publish(const ModelTable& model,
                                                      QueryResult& rows,
                                                      int64_t row_group_bytes,
                                                      const std::stop_token& stop) {
  const auto described = Describe(model, *rows.schema());
  if (!described.ok()) return WithContext(described.status(), "publishing");
  const std::string now = ManifestTime(std::chrono::system_clock::now());
  Manifest manifest{.table = model.name,
                    .run_id = run_id_,
                    .previous_run_id = expected_ ? expected_->manifest.run_id : "",
                    .comment = model.description,
                    .created_at = now,
                    .writer = WriterName(),
                    .source = {.relation = model.file,
                               .snapshot_time = OldestSnapshot(model.inputs, now)},
                    .model = {.name = model.name, .engine = model.engine},
                    .plan = {.compression = std::string(NameOf(kCompression)),
                             .row_group_bytes = row_group_bytes},
                    .columns = *described};
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(model.sql));
  manifest.model.sql_sha256 = Hexadecimal(digest);
  for (const TableVersion& input : model.inputs) {
    manifest.model.inputs.emplace_back(input.table, input.run_id);
  }
  ARROW_ASSIGN_OR_RAISE(const auto schema, SchemaOf(manifest));
  ARROW_ASSIGN_OR_RAISE(DataFile file,
                        Write(model.name, rows, schema, row_group_bytes, stop));
  manifest.files.push_back(std::move(file));
  if (stop.stop_requested()) {
    return MakeError(ErrorKind::kInterrupted, "publishing: stopped before it began");
  }
  std::optional<ObjectVersion> version;
  if (expected_) version = expected_->pointer_version;
  ARROW_RETURN_NOT_OK(lake_.Publish(manifest, version));
  return TableOutcome{.name = model.name,
                      .relation = model.file,
                      .rows = manifest.TotalRows(),
                      .files = static_cast<int64_t>(manifest.files.size()),
                      .bytes = manifest.TotalBytes(),
                      .location = lake_.store().UriOf(model.name)};
}

arrow::Result<std::vector<std::string>> ModelPublication::ColumnNames(
    const ModelTable& model, const std::vector<std::string>& names) const {
  std::vector<std::string> stored;
  std::set<std::string> taken;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(std::string one, ColumnName(name, has_catalog_, &taken));
    stored.push_back(std::move(one));
  }
  for (const auto& [described, text] : model.columns) {
    if (taken.contains(LowerCase(described))) continue;
    return MakeError(ErrorKind::kConfiguration,
                     "the model has no such column: " + described,
                     "correct the name below `columns` of the model");
  }
  return stored;
}

arrow::Result<std::vector<ManifestColumn>> ModelPublication::Describe(
    const ModelTable& model, const arrow::Schema& schema) const {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names,
                        ColumnNames(model, schema.field_names()));
  std::vector<ManifestColumn> columns;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const auto& field = schema.field(i);
    std::string& name = names[static_cast<size_t>(i)];
    const auto arrow_type = TypeInLake(field->type());
    const auto type = LakeTypeOf(*arrow_type);
    if (!type.ok()) {
      return MakeError(ErrorKind::kUnsupportedType,
                       "column " + name + ": " + type.status().message(),
                       "cast it: CAST(" + name +
                           " AS BIGINT), DECIMAL(38,0), TIMESTAMP "
                           "or VARCHAR");
    }
    ManifestColumn column{.name = std::move(name),
                          .arrow_type = ArrowTypeText(*arrow_type),
                          .parquet_type = type->parquet,
                          .glue_type = type->glue};
    for (const auto& [described, text] : model.columns) {
      if (EqualsIgnoringCase(described, column.name)) column.comment = text;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

arrow::Result<DataFile> ModelPublication::Write(
    const std::string& name, QueryResult& rows,
    const std::shared_ptr<arrow::Schema>& schema, int64_t row_group_bytes,
    const std::stop_token& stop) {
  const std::string key = Lake::FileKey(Layout::kVersioned, run_id_, 0, {});
  const std::string store_key = Lake::KeyOf(name, key);
  ARROW_ASSIGN_OR_RAISE(const auto object, lake_.store().OpenWrite(store_key));
  ARROW_ASSIGN_OR_RAISE(
      const auto writer,
      ParquetWriter::Open(
          schema, {.compression = kCompression, .row_group_bytes = row_group_bytes},
          object.get()));
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(const auto batch, rows.Next(stop));
    if (batch == nullptr) break;
    ARROW_ASSIGN_OR_RAISE(const auto stored_rows, InLake(*batch, schema));
    ARROW_RETURN_NOT_OK(writer->Write(*stored_rows));
  }
  ARROW_RETURN_NOT_OK(writer->Finish());
  DataFile file = writer->file();
  file.key = key;
  ARROW_RETURN_NOT_OK(CommitThenProve(lake_.store(), store_key, *object, file, *schema,
                                      Proof::kStructural, stop));
  return file;
}

}  // namespace carmilla
