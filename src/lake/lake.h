#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>

#include "lake/manifest.h"
#include "stream/object_store.h"
#include "types/storage_choice.h"

namespace carmilla {

/// The version of a table that the pointer names at one moment.
struct CurrentTable {
  Manifest manifest;
  ObjectVersion pointer_version;  ///< For Publish.
};

/// A lake: tables under one root. docs/formats/lake.md describes keys and contents.
///
/// Threads: all methods may be called at once, also by several processes.
class Lake {
 public:
  explicit Lake(std::shared_ptr<ObjectStore> store) : store_(std::move(store)) {}

  ObjectStore& store() const { return *store_; }

  /// kConfiguration unless `name` can be a folder, a Glue table and a name in SQL.
  static arrow::Status CheckTableName(std::string_view name);

  /// Key, relative to the table's folder, of data file `index` of `run_id`; invisible to crawlers in
  /// the stable layout. `partition` as in DataFile.
  static std::string FileKey(Layout layout, std::string_view run_id, int index,
                             const std::vector<std::pair<std::string, std::string>>& partition);

  /// Key in the store of a file of a table.
  static std::string KeyOf(std::string_view table, std::string_view file_key);

  /// Names of all tables that have a pointer, sorted.
  arrow::Result<std::vector<std::string>> ListTables() const;

  /// Reads pointer, then manifest; nothing if the table was never published.
  arrow::Result<std::optional<CurrentTable>> ReadCurrent(std::string_view table) const;

  /// Manifests of a table, newest first, at most `limit`; unpublished ones (of a run that lost or
  /// died) are left out.
  arrow::Result<std::vector<Manifest>> History(std::string_view table, int limit) const;

  /// Makes `manifest` the table's version if the pointer is still `expected` (nullopt: none yet):
  /// put manifest, swap pointer, follow. kConflict if another run published meanwhile; nothing is
  /// damaged then. An unknown outcome is resolved by reading back. When it returns OK every reader
  /// that starts now sees the new version; when it fails every reader sees the old one, unless the
  /// message says that the pointer moved.
  arrow::Status Publish(const Manifest& manifest, const std::optional<ObjectVersion>& expected,
                        Layout layout);

  /// Makes the stable names (if any) equal to what the pointer says. Every run calls it first, so
  /// that a crash between pointer and stable name heals. Cheap when there is nothing to do.
  arrow::Status Follow(std::string_view table, Layout layout);

  /// The record of one run, for `status`: `_carmilla/runs/<run id>.json`.
  arrow::Status PutRunReport(std::string_view run_id, std::string_view json);
  /// Run ids of the newest reports, newest first.
  arrow::Result<std::vector<std::string>> ListRuns(int limit) const;
  arrow::Result<std::string> GetRunReport(std::string_view run_id) const;

 private:
  std::shared_ptr<ObjectStore> store_;
};

}  // namespace carmilla
