#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/table_plan.h"
#include "stream/catalog.h"
#include "stream/object_store.h"

namespace carmilla {

/// Where the files of a run go: into the tables of a lake, or as plain files into a
/// directory.
struct Destination {
  std::shared_ptr<ObjectStore> store;
  std::shared_ptr<Catalog> catalog;  ///< Of a lake; null if it has none.
  std::string run_id;
  bool is_lake = true;
  /// Plain files only: the name of the only file; "" gives every table `<name>.parquet`.
  std::string file_name;

  using Partition = std::vector<std::pair<std::string, std::string>>;

  /// Key of file `index` relative to the table's folder, as DataFile::key holds it.
  std::string FileKey(const TablePlan& table, int index,
                      const Partition& partition) const;

  /// Key of that file in `store`.
  std::string StoreKey(const TablePlan& table, const std::string& file_key) const;
};

}  // namespace carmilla
