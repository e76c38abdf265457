#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include "lake/manifest.h"
#include "stream/catalog.h"
#include "stream/object_store.h"
#include "types/storage_choice.h"

namespace carmilla {

/// Partition columns and their values, outermost first; empty if not partitioned.
using PartitionValues = std::vector<std::pair<std::string, std::string>>;

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
  /// `catalog` follows the pointers; null: no catalog shows this lake.
  explicit Lake(std::shared_ptr<ObjectStore> store,
                std::shared_ptr<Catalog> catalog = nullptr)
      : store_(std::move(store)), catalog_(std::move(catalog)) {}

  ObjectStore& store() const { return *store_; }

  /// kConfiguration unless `name` can be a folder, a Glue table and a name in SQL:
  /// lower-case letters, digits and underscores, not beginning with an underscore, at
  /// most 240.
  static arrow::Status CheckTableName(std::string_view name);

  /// Turns any name of PostgreSQL into a table name. Lower-case names stay as they are;
  /// others keep their letters and get a suffix from which UnescapeTableName restores
  /// them, so two names never become one: `OrderItems` -> `orderitems_x21`.
  /// docs/formats/lake.md tells the rule. The result of a very long name may be too long
  /// for CheckTableName.
  static std::string EscapeTableName(std::string_view postgres_name);

  /// The name that EscapeTableName turned into `table_name`; nothing if there is none.
  static std::optional<std::string> UnescapeTableName(std::string_view table_name);

  /// Key, relative to the table's folder, of data file `index` of `run_id`; invisible to
  /// crawlers in the stable layout, where a table or partition has only one. Values are
  /// escaped as Hive does.
  static std::string FileKey(Layout layout, std::string_view run_id, int index,
                             const PartitionValues& partition);

  /// Key in the store of the stable name of a table or of one of its partitions.
  static std::string StableKey(std::string_view table, const PartitionValues& partition);

  /// Key in the store of a file of a table.
  static std::string KeyOf(std::string_view table, std::string_view file_key);

  /// Names of all tables that have a pointer, sorted.
  arrow::Result<std::vector<std::string>> ListTables() const;

  /// Reads pointer, then manifest; nothing if the table was never published.
  arrow::Result<std::optional<CurrentTable>> ReadCurrent(std::string_view table) const;

  /// Reads the manifest of a run, published or not; kNotFound if there is none.
  arrow::Result<Manifest> ReadManifest(std::string_view table,
                                       std::string_view run_id) const;

  /// The versions of a table, newest first, at most `limit`: the current one, the one
  /// that it replaced, and so on, as far as manifests are kept. Runs that lost or died
  /// are not among them.
  arrow::Result<std::vector<Manifest>> History(std::string_view table, int limit) const;

  /// Makes `manifest` the table's version if the pointer is still `expected` (nullopt:
  /// none yet): put manifest, swap pointer, follow. kConflict if another run published
  /// meanwhile; nothing is damaged then. An unknown outcome is resolved by reading back.
  /// When it returns OK every reader that starts now sees the new version; when it fails
  /// every reader sees the old one, unless the message says that the pointer moved or may
  /// have moved. A stop that comes after the pointer moved is no failure, but a warning
  /// tells that stable names or the catalog may lag.
  arrow::Status Publish(const Manifest& manifest,
                        const std::optional<ObjectVersion>& expected);

  /// Makes stable names and catalog equal to what the pointer says: those of files
  /// written in the stable layout exist, others that a version of this table had do not;
  /// these are left, with a warning, where the right to delete is missing.
  /// Every run calls it first, so that a crash between pointer and stable name or catalog
  /// heals, and somebody else's table in the catalog is found before a row is read. Cheap
  /// when there is nothing to do.
  arrow::Status Follow(std::string_view table);

  /// The record of one run, for `status`: `_carmilla/runs/<run id>.json`.
  arrow::Status PutRunReport(std::string_view run_id, std::string_view json);
  /// Run ids of the newest reports, newest first.
  arrow::Result<std::vector<std::string>> ListRuns(int limit) const;
  arrow::Result<std::string> GetRunReport(std::string_view run_id) const;

 private:
  static arrow::Status CheckExpected(const Manifest& manifest,
                                     const std::optional<CurrentTable>& current,
                                     const std::optional<ObjectVersion>& expected);
  arrow::Status PutManifest(const Manifest& manifest, const std::string& contents);
  arrow::Status SwapPointer(const Manifest& manifest, const std::string& contents,
                            const std::optional<ObjectVersion>& expected);
  arrow::Result<bool> WasPublished(const Manifest& manifest) const;
  arrow::Status FollowStableNames(std::string_view table);
  arrow::Status FollowVersion(const CurrentTable& current);
  arrow::Status RemoveStale(const CurrentTable& current);

  arrow::Result<std::optional<CatalogTable>> CatalogTableOf(std::string_view table) const;

  std::shared_ptr<ObjectStore> store_;
  std::shared_ptr<Catalog> catalog_;
};

}  // namespace carmilla
