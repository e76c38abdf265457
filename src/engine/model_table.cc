#include "engine/model_table.h"

#include <algorithm>

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "columnar/parquet_writer.h"
#include "core/error.h"
#include "core/sha256.h"
#include "engine/manifest_builder.h"
#include "engine/proven_file.h"

namespace carmilla {
namespace {

constexpr Compression kCompression = Compression::kZstd;

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
  if (!current) return arrow::Status::OK();
  const ManifestModel& owner = current->manifest.model;
  if (owner.name == name && owner.engine != kTaskEngine) return arrow::Status::OK();
  return MakeError(
      ErrorKind::kConfiguration,
      "publishing: a table has this name: " + (current->manifest.source.relation.empty()
                                                   ? name
                                                   : current->manifest.source.relation),
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
  ModelPublication publication(lake, name);
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
                                                      const ModelFileOptions& options,
                                                      const std::stop_token& stop) {
  const auto described =
      DescribeModelColumns(*rows.schema(), model.columns, has_catalog_);
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
                             .row_group_bytes = options.row_group_bytes},
                    .columns = *described};
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(model.sql));
  manifest.model.sql_sha256 = Hexadecimal(digest);
  for (const TableVersion& input : model.inputs) {
    manifest.model.inputs.emplace_back(input.table, input.run_id);
  }
  ARROW_ASSIGN_OR_RAISE(const auto schema, SchemaOf(manifest));
  ARROW_ASSIGN_OR_RAISE(
      manifest.files,
      Write(model.name, {.answer = rows, .schema = schema, .next = nullptr}, options,
            stop));
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

arrow::Status ModelPublication::Rows::Advance(const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(next, answer.Next(stop));
  if (next == nullptr) return arrow::Status::OK();
  return AsModelRows(*next, schema).Value(&next);
}

arrow::Result<std::vector<DataFile>> ModelPublication::Write(
    const std::string& name, Rows rows, const ModelFileOptions& options,
    const std::stop_token& stop) {
  std::vector<DataFile> files;
  ARROW_RETURN_NOT_OK(rows.Advance(stop));
  // Without rows too, so that readers find the columns.
  do {
    ARROW_ASSIGN_OR_RAISE(DataFile file, WriteFile(name, static_cast<int>(files.size()),
                                                   rows, options, stop));
    files.push_back(std::move(file));
  } while (rows.next != nullptr);
  return files;
}

arrow::Result<DataFile> ModelPublication::WriteFile(const std::string& name, int index,
                                                    Rows& rows,
                                                    const ModelFileOptions& options,
                                                    const std::stop_token& stop) {
  const std::string key = Lake::FileKey(layout_, run_id_, index, {});
  const std::string store_key = Lake::KeyOf(name, key);
  ARROW_ASSIGN_OR_RAISE(const auto object, lake_.store().OpenWrite(store_key));
  ARROW_ASSIGN_OR_RAISE(const auto writer,
                        ParquetWriter::Open(rows.schema,
                                            {.compression = kCompression,
                                             .row_group_bytes = options.row_group_bytes},
                                            object.get()));
  int64_t stored_bytes = 0;
  const bool is_only = layout_ == Layout::kStable;
  while (rows.next != nullptr && (is_only || stored_bytes < options.file_bytes)) {
    ARROW_RETURN_NOT_OK(writer->Write(*rows.next));
    ARROW_ASSIGN_OR_RAISE(stored_bytes, object->Tell());
    ARROW_RETURN_NOT_OK(rows.Advance(stop));
  }
  ARROW_RETURN_NOT_OK(writer->Finish());
  DataFile file = writer->file();
  file.key = key;
  ARROW_RETURN_NOT_OK(CommitThenProve(lake_.store(), store_key, *object, file,
                                      *rows.schema, Proof::kStructural, stop));
  return file;
}

}  // namespace carmilla
