#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include <arrow/result.h>

#include "duck/duck_engine.h"
#include "duck/duck_error.h"
#include "duck/duck_handle.h"

namespace carmilla {

/// A folder for spilling that only this user can look into; removed at the end with all
/// it holds.
class SpillDirectory {
 public:
  /// Makes `parent`, too; it is removed at the end if it was new.
  /// An empty one means no spilling.
  explicit SpillDirectory(const std::filesystem::path& parent);
  SpillDirectory(const SpillDirectory&) = delete;
  SpillDirectory& operator=(const SpillDirectory&) = delete;
  ~SpillDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool is_parent_new_ = false;
};

/// One locked engine with the views of the lake. Shared by the engine and its results.
///
/// Threads: all methods may be called at once after Open().
class DuckInstance {
 public:
  static arrow::Result<std::shared_ptr<DuckInstance>> Open(
      std::span<const QueryTable> tables, const DuckOptions& options);

  explicit DuckInstance(const DuckOptions& options) : spill_(options.temp_directory) {}

  arrow::Result<DuckConnection> Connect() const;
  const DuckCatalog& catalog() const { return catalog_; }

 private:
  arrow::Status OpenDatabase(const DuckOptions& options);
  arrow::Status ReachBucket(const DuckBucket& bucket) const;
  arrow::Status CreateViews(std::span<const QueryTable> tables);
  arrow::Status CreateView(const QueryTable& table, duckdb_connection connection);
  arrow::Status LockDown(bool has_narrow_decimals) const;
  arrow::Status CreateViewsOfUser(std::span<const QueryView> views);

  SpillDirectory spill_;  // Outlives the database, which still writes while it closes.
  DuckCatalog catalog_;
  DuckDatabase database_;
};

}  // namespace carmilla
