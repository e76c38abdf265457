#include <algorithm>
#include <set>
#include <string>

#include "core/error.h"
#include "core/failpoint.h"
#include "core/log.h"
#include "core/quantity.h"
#include "lake/catalog_table.h"
#include "lake/lake.h"
#include "lake/lake_keys.h"

// Why stable names follow the pointer, and may be removed: docs/decisions/0003.

namespace carmilla {
namespace {

// Each repetition means that another run published in between.
constexpr int kMaxAttempts = 100;

ObjectGuard GuardOf(const CurrentTable& current) {
  return {.key = PointerKey(current.manifest.table), .version = current.pointer_version};
}

std::set<std::string> StableKeysOf(const Manifest& manifest) {
  std::set<std::string> keys;
  for (const DataFile& file : manifest.files) {
    if (!IsStableFile(file.key)) continue;
    keys.insert(Lake::StableKey(manifest.table, file.partition));
  }
  return keys;
}

// True if the table has, or ever had, files in the stable layout.
arrow::Result<bool> HasStableFiles(ObjectStore& store, std::string_view table) {
  bool has_files = false;
  const auto stop = [&has_files](const ObjectInfo&) {
    has_files = true;
    return arrow::Status::Cancelled("one is enough");
  };
  const arrow::Status listed = store.List(Lake::KeyOf(table, kStableFiles), stop);
  if (!has_files) ARROW_RETURN_NOT_OK(listed);
  return has_files;
}

// Lists stable names of the table that are there.
arrow::Result<std::set<std::string>> ListStableKeys(ObjectStore& store,
                                                    std::string_view table) {
  const std::string folder = Lake::KeyOf(table, "");
  const std::string ending = "/" + std::string(table) + ".parquet";
  std::set<std::string> keys;
  const auto collect = [&](const ObjectInfo& object) {
    const bool is_own = object.key.starts_with(folder + "_carmilla/");
    if (!is_own && object.key.ends_with(ending)) keys.insert(object.key);
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(store.List(folder, collect));
  return keys;
}

// Returns those of `keys` that some version of the table had; the others are somebody's.
arrow::Result<std::set<std::string>> KeepOurs(const Lake& lake, std::string_view table,
                                              std::set<std::string> keys) {
  std::vector<std::string> run_ids;
  const auto collect = [&run_ids](const ObjectInfo& object) {
    std::string run_id = RunIdOfKey(object.key);
    if (!run_id.empty()) run_ids.push_back(std::move(run_id));
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(
      lake.store().List(Lake::KeyOf(table, "_carmilla/manifests/"), collect));
  std::set<std::string> ours;
  for (auto run_id = run_ids.rbegin(); run_id != run_ids.rend() && !keys.empty();
       ++run_id) {
    const auto manifest = lake.ReadManifest(table, *run_id);
    if (!manifest.ok()) continue;  // A damaged old version proves nothing.
    for (const std::string& key : StableKeysOf(*manifest)) {
      if (keys.erase(key) > 0) ours.insert(key);
    }
  }
  for (const std::string& key : keys) {
    LogWarning("following table " + std::string(table) +
               ": left alone a file that no version of it had: " + key);
  }
  return ours;
}

}  // namespace

arrow::Status Lake::Follow(std::string_view table) {
  ARROW_RETURN_NOT_OK(FollowStableNames(table));
  if (catalog_ == nullptr) return arrow::Status::OK();
  return catalog_->Follow(table, [this, table] { return CatalogTableOf(table); });
}

arrow::Result<std::optional<CatalogTable>> Lake::CatalogTableOf(
    std::string_view table) const {
  ARROW_ASSIGN_OR_RAISE(const auto current, ReadCurrent(table));
  if (!current.has_value()) return std::nullopt;
  return MakeCatalogTable(current->manifest, *store_);
}

arrow::Status Lake::FollowStableNames(std::string_view table) {
  arrow::Status status;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    ARROW_ASSIGN_OR_RAISE(const auto current, ReadCurrent(table));
    if (!current.has_value()) return arrow::Status::OK();
    status = FollowVersion(*current);
    // The pointer moved on while we followed it.
    if (status.ok() || KindOf(status) != ErrorKind::kConflict) break;
  }
  return status;
}

arrow::Status Lake::FollowVersion(const CurrentTable& current) {
  const Manifest& manifest = current.manifest;
  for (const DataFile& file : manifest.files) {
    if (!IsStableFile(file.key)) continue;
    const arrow::Status copied =
        store_->CopyWhile(GuardOf(current), KeyOf(manifest.table, file.key),
                          StableKey(manifest.table, file.partition));
    if (!copied.ok() && KindOf(copied) == ErrorKind::kNotFound) {
      return MakeError(ErrorKind::kCorruptData,
                       "following table " + manifest.table +
                           ": a file of the current version is missing: " + file.key,
                       "restore the file from a backup, or run the table again");
    }
    ARROW_RETURN_NOT_OK(copied);
    ARROW_RETURN_NOT_OK(Failpoint("lake.stable_name_moved"));
  }
  return RemoveStale(current);
}

arrow::Status Lake::RemoveStale(const CurrentTable& current) {
  const std::string& table = current.manifest.table;
  ARROW_ASSIGN_OR_RAISE(const bool has_files, HasStableFiles(*store_, table));
  if (!has_files) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(std::set<std::string> stale, ListStableKeys(*store_, table));
  for (const std::string& key : StableKeysOf(current.manifest)) stale.erase(key);
  if (stale.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(stale, KeepOurs(*this, table, std::move(stale)));
  size_t num_removed = 0;
  for (const std::string& key : stale) {
    const arrow::Status removed = store_->DeleteWhile(GuardOf(current), key);
    if (!removed.ok() && KindOf(removed) == ErrorKind::kPermission) {
      // Who writes need not be allowed to destroy.
      const auto num_left = static_cast<int64_t>(stale.size() - num_removed);
      LogWarning("following table " + table + ": " +
                 FormatCount(num_left, "stable name") +
                 " of earlier versions cannot be removed, and who reads by stable names "
                 "sees the old rows: " +
                 removed.message() +
                 "; `carmilla status` by somebody who may delete removes them");
      return arrow::Status::OK();
    }
    ARROW_RETURN_NOT_OK(removed);
    ++num_removed;
    ARROW_RETURN_NOT_OK(Failpoint("lake.stable_name_removed"));
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
