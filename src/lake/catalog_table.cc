#include "lake/catalog_table.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/run_id.h"
#include "lake/lake.h"
#include "lake/lake_keys.h"

namespace carmilla {
namespace {

// Key of the folder in which readers find a file: that of its stable name if it has one.
std::string FolderOf(const Manifest& manifest, const DataFile& file) {
  const std::string key = IsStableFile(file.key)
                              ? Lake::StableKey(manifest.table, file.partition)
                              : Lake::KeyOf(manifest.table, file.key);
  return key.substr(0, key.rfind('/'));
}

void Count(const DataFile& file, CatalogStatistics* statistics) {
  ++statistics->files;
  statistics->rows += file.rows;
  statistics->bytes += file.bytes;
}

// Run folders beside a stable name are of older versions: nothing is deleted by a run.
// One listing of the table costs less than one for each of its partitions.
arrow::Status CheckStableFolders(const Manifest& manifest, ObjectStore& store) {
  std::set<std::string> folders;
  for (const DataFile& file : manifest.files) {
    if (IsStableFile(file.key)) folders.insert(FolderOf(manifest, file));
  }
  if (folders.empty()) return arrow::Status::OK();
  const std::string own = Lake::KeyOf(manifest.table, "_carmilla/");
  return store.List(Lake::KeyOf(manifest.table, ""), [&](const ObjectInfo& object) {
    if (object.key.starts_with(own)) return arrow::Status::OK();
    const std::string version = object.key.substr(0, object.key.rfind('/'));
    const size_t end = version.rfind('/');
    if (end == std::string::npos || !IsRunId(version.substr(end + 1)) ||
        !folders.contains(version.substr(0, end))) {
      return arrow::Status::OK();
    }
    return MixedLayouts(manifest.table, version);
  });
}

// Puts a file into its partition; all files of a partition share one folder.
arrow::Status AddToPartition(const Manifest& manifest, const DataFile& file,
                             const ObjectStore& store,
                             std::map<PartitionValues, CatalogPartition>* partitions) {
  const std::string folder = FolderOf(manifest, file);
  CatalogPartition& partition = (*partitions)[file.partition];
  const std::string location = store.UriOf(folder) + "/";
  if (partition.location.empty()) {
    partition.location = location;
    for (const auto& [name, value] : file.partition) partition.values.push_back(value);
  } else if (partition.location != location) {
    return MakeError(
        ErrorKind::kUnsupported,
        "describing table " + manifest.table +
            " for the catalog: files of one partition lie in two folders: " + folder,
        "run the table again as a whole");
  }
  Count(file, &partition.statistics);
  return arrow::Status::OK();
}

// An empty table has no file and so no folder of its own; its run's folder is empty too,
// which CheckCatalogFolders proves.
std::string FolderOfRun(const Manifest& manifest) {
  return Lake::KeyOf(manifest.table, manifest.run_id);
}

}  // namespace

arrow::Result<CatalogTable> MakeCatalogTable(const Manifest& manifest,
                                             ObjectStore& store) {
  CatalogTable table{.table = manifest.table,
                     .run_id = manifest.run_id,
                     .comment = manifest.comment,
                     .source = manifest.source.relation};
  for (const ManifestColumn& column : manifest.columns) {
    table.columns.push_back(
        {.name = column.name, .type = column.glue_type, .comment = column.comment});
  }
  for (const std::string& name : manifest.partition_columns) {
    table.partition_columns.push_back({.name = name, .type = "date"});
  }
  ARROW_RETURN_NOT_OK(CheckStableFolders(manifest, store));
  std::map<PartitionValues, CatalogPartition> partitions;
  for (const DataFile& file : manifest.files) {
    ARROW_RETURN_NOT_OK(AddToPartition(manifest, file, store, &partitions));
    Count(file, &table.statistics);
  }
  if (!manifest.partition_columns.empty()) {
    table.location = store.UriOf(manifest.table) + "/";
    for (auto& [values, partition] : partitions) {
      table.partitions.push_back(std::move(partition));
    }
  } else if (partitions.empty()) {
    table.location = store.UriOf(FolderOfRun(manifest)) + "/";
  } else {
    table.location = partitions.begin()->second.location;
  }
  return table;
}

arrow::Status MixedLayouts(const std::string& table, const std::string& version) {
  return MakeError(
      ErrorKind::kConfiguration,
      "publishing table " + table +
          " with `layout: stable`: beside its stable name lies a version of the other "
          "layout, which Athena would read too: " +
          version,
      "give the table another name with `as:`, or go back to `layout: versioned`");
}

arrow::Status CheckCatalogFolders(const Manifest& manifest, ObjectStore& store) {
  ARROW_RETURN_NOT_OK(CheckStableFolders(manifest, store));
  std::set<std::string> keys;
  std::set<std::string> folders;
  for (const DataFile& file : manifest.files) {
    if (IsStableFile(file.key)) continue;
    keys.insert(Lake::KeyOf(manifest.table, file.key));
    folders.insert(FolderOf(manifest, file));
  }
  if (manifest.files.empty()) folders.insert(FolderOfRun(manifest));
  for (const std::string& folder : folders) {
    ARROW_RETURN_NOT_OK(store.List(folder + "/", [&](const ObjectInfo& object) {
      if (keys.contains(object.key)) return arrow::Status::OK();
      return MakeError(ErrorKind::kConflict,
                       "publishing table " + manifest.table +
                           ": an attempt that was given up left a file that Athena would "
                           "read too: " +
                           object.key,
                       "run it again; nothing is damaged");
    }));
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
