#include "engine/destination.h"

#include "lake/lake.h"

namespace carmilla {

std::string Destination::FileKey(const TablePlan& table, int index,
                                 const Partition& partition) const {
  if (is_lake) return Lake::FileKey(table.layout, run_id, index, partition);
  return file_name.empty() ? table.name + ".parquet" : file_name;
}

std::string Destination::StoreKey(const TablePlan& table,
                                  const std::string& file_key) const {
  return is_lake ? Lake::KeyOf(table.name, file_key) : file_key;
}

}  // namespace carmilla
