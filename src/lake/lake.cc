#include "lake/lake.h"

#include <algorithm>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/run_id.h"
#include "lake/lake_keys.h"
#include "lake/pointer.h"

namespace carmilla {
namespace {

bool IsNotFound(const arrow::Status& status) {
  return !status.ok() && KindOf(status) == ErrorKind::kNotFound;
}

arrow::Status MissingManifest(std::string_view table, const Pointer& pointer) {
  return MakeError(
      ErrorKind::kCorruptData,
      "reading table " + std::string(table) +
          ": the manifest that its pointer names does not exist: " + pointer.manifest,
      kDamagedPointerHint);
}

arrow::Result<Manifest> CheckedManifest(const Pointer& pointer,
                                        const StoredObject& object) {
  const std::string key = ManifestKey(pointer.table, pointer.run_id);
  const uint32_t crc32c = ExtendCrc32c(0, object.contents.data(), object.contents.size());
  if (crc32c != pointer.manifest_crc32c) {
    return MakeError(
        ErrorKind::kCorruptData,
        "reading the manifest " + key + ": its checksum is not the pointer's",
        kDamagedPointerHint);
  }
  return ParseManifest(object.contents, key);
}

arrow::Status CheckOwner(const Manifest& manifest, std::string_view table,
                         std::string_view run_id) {
  if (manifest.table == table && manifest.run_id == run_id) return arrow::Status::OK();
  return MakeError(ErrorKind::kCorruptData, "reading the manifest " +
                                                ManifestKey(table, run_id) +
                                                ": it is of table " + manifest.table +
                                                " and run " + manifest.run_id);
}

}  // namespace

arrow::Result<std::vector<std::string>> Lake::ListTables() const {
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> folders, store_->ListFolders(""));
  std::vector<std::string> tables;
  for (const std::string& folder : folders) {
    if (!CheckTableName(folder).ok()) continue;
    const auto pointer = store_->Head(PointerKey(folder));
    if (IsNotFound(pointer.status())) continue;
    ARROW_RETURN_NOT_OK(pointer.status());
    tables.push_back(folder);
  }
  return tables;
}

arrow::Result<std::optional<CurrentTable>> Lake::ReadCurrent(
    std::string_view table) const {
  ARROW_RETURN_NOT_OK(CheckTableName(table));
  ObjectVersion missed;
  for (;;) {
    const auto object = store_->Get(PointerKey(table));
    if (IsNotFound(object.status())) return std::nullopt;
    ARROW_RETURN_NOT_OK(object.status());
    ARROW_ASSIGN_OR_RAISE(const Pointer pointer, ParsePointer(object->contents, table));
    const auto stored = store_->Get(ManifestKey(table, pointer.run_id));
    if (IsNotFound(stored.status())) {
      // Garbage collection may have removed it after the pointer moved on: look again.
      if (missed == object->version) return MissingManifest(table, pointer);
      missed = object->version;
      continue;
    }
    ARROW_RETURN_NOT_OK(stored.status());
    CurrentTable current{.pointer_version = object->version};
    ARROW_ASSIGN_OR_RAISE(current.manifest, CheckedManifest(pointer, *stored));
    ARROW_RETURN_NOT_OK(CheckOwner(current.manifest, table, pointer.run_id));
    return current;
  }
}

arrow::Result<Manifest> Lake::ReadManifest(std::string_view table,
                                           std::string_view run_id) const {
  ARROW_RETURN_NOT_OK(CheckTableName(table));
  if (!IsRunId(run_id)) {
    return MakeError(
        ErrorKind::kNotFound,
        "reading table " + std::string(table) + ": not a run id: " + std::string(run_id),
        "`carmilla status` lists the runs");
  }
  const std::string key = ManifestKey(table, run_id);
  ARROW_ASSIGN_OR_RAISE(const StoredObject object, store_->Get(key));
  ARROW_ASSIGN_OR_RAISE(Manifest manifest, ParseManifest(object.contents, key));
  ARROW_RETURN_NOT_OK(CheckOwner(manifest, table, run_id));
  return manifest;
}

arrow::Result<std::vector<Manifest>> Lake::History(std::string_view table,
                                                   int limit) const {
  std::vector<Manifest> versions;
  ARROW_ASSIGN_OR_RAISE(std::optional<CurrentTable> current, ReadCurrent(table));
  if (!current.has_value() || limit <= 0) return versions;
  versions.push_back(std::move(current->manifest));
  while (versions.size() < static_cast<size_t>(limit)) {
    const std::string previous = versions.back().previous_run_id;
    if (previous.empty()) break;
    auto manifest = ReadManifest(table, previous);
    if (IsNotFound(manifest.status())) break;
    ARROW_RETURN_NOT_OK(manifest.status());
    versions.push_back(*std::move(manifest));
  }
  return versions;
}

arrow::Status Lake::PutRunReport(std::string_view run_id, std::string_view json) {
  // Not ended by a stop, as writers are: `status` tells of stopped runs too.
  const arrow::Status created = store_->Create(RunReportKey(run_id), json);
  if (created.ok() || KindOf(created) != ErrorKind::kConflict) return created;
  ARROW_ASSIGN_OR_RAISE(const auto writer, store_->OpenWrite(RunReportKey(run_id)));
  ARROW_RETURN_NOT_OK(writer->Write(json.data(), static_cast<int64_t>(json.size())));
  return writer->Commit();
}

arrow::Result<std::vector<std::string>> Lake::ListRuns(int limit) const {
  std::vector<std::string> run_ids;
  const auto collect = [&run_ids](const ObjectInfo& object) {
    std::string run_id = RunIdOfKey(object.key);
    if (!run_id.empty()) run_ids.push_back(std::move(run_id));
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(store_->List(kRunReports, collect));
  std::ranges::sort(run_ids, std::ranges::greater());
  run_ids.resize(std::min(run_ids.size(), static_cast<size_t>(std::max(limit, 0))));
  return run_ids;
}

arrow::Result<std::string> Lake::GetRunReport(std::string_view run_id) const {
  if (!IsRunId(run_id)) {
    return MakeError(ErrorKind::kNotFound,
                     "reading the report of a run: not a run id: " + std::string(run_id),
                     "`carmilla status` lists the runs");
  }
  ARROW_ASSIGN_OR_RAISE(StoredObject object, store_->Get(RunReportKey(run_id)));
  return std::move(object.contents);
}

}  // namespace carmilla
