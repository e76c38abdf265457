#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// One leaf, and what its table sums up from it.
struct LeafRow {
  uint32_t root = 0;  ///< The table that was asked for.
  LeafDescription leaf;
  double rows =
      -1;  ///< pg_class.reltuples, scaled to today's size; -1 if never analysed.
  bool has_row_security = false;
};

/// Reads the leaves of the tables (and materialised views) among `oids`, an array
/// constant; by table and name. A partitioned table is followed down to its last
/// partitions.
arrow::Result<std::vector<LeafRow>> ReadLeafRows(Session& session,
                                                 const std::string& oids);

/// Puts leaves into their table and sums up sizes and rows.
void AddLeaves(const std::vector<LeafRow>& leaves, TableDescription& table);

}  // namespace carmilla
