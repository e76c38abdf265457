#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "types/postgres_type.h"

namespace carmilla {

/// Schema and name of a relation exactly as the catalog spells them, unquoted.
struct RelationName {
  std::string schema;
  std::string name;

  bool operator==(const RelationName&) const = default;
  auto operator<=>(const RelationName&) const = default;
  /// Renders `schema.name` for messages (not for SQL).
  std::string ToString() const { return schema + "." + name; }
};

enum class RelationKind : uint8_t {
  kTable,
  kPartitionedTable,
  kView,
  kMaterializedView,
  kForeignTable,
};

struct ColumnDescription {
  std::string name;
  int16_t number = 0;  ///< pg_attribute.attnum.
  std::shared_ptr<const PostgresType> type;
  int32_t typmod = -1;
  bool is_not_null = false;
  std::string comment;
  /// pg_stats.n_distinct: > 0 a count, < 0 minus the share of rows, 0 unknown.
  double distinct_values = 0;
  /// pg_stats.correlation between physical and logical order, -1 to 1; 0 unknown.
  double correlation = 0;
};

/// One physical relation with its own storage: a plain table, a materialised view, or one
/// leaf of a partitioned table.
struct LeafDescription {
  uint32_t oid = 0;
  RelationName name;
  uint32_t filenode = 0;    ///< pg_class.relfilenode in the snapshot; 0 if it has none.
  int64_t heap_bytes = 0;   ///< pg_relation_size(oid).
  int64_t toast_bytes = 0;  ///< Size of its TOAST relation.
  bool is_heap = true;      ///< Access method heap: ctid ranges are meaningful.
};

/// What the catalog says about one relation. No user data is read to make it.
struct TableDescription {
  uint32_t oid = 0;
  RelationName name;
  RelationKind kind = RelationKind::kTable;
  std::string comment;
  std::vector<ColumnDescription> columns;  ///< By attnum, without dropped ones.
  std::vector<std::string> primary_key;    ///< Column names in key order; empty if none.
  /// Sum of reltuples, scaled to today's size as the planner does; -1 if never analysed.
  double estimated_rows = -1;
  int64_t total_bytes = 0;              ///< Heap and TOAST of all leaves.
  int64_t block_bytes = 8192;           ///< The server's block_size.
  std::vector<LeafDescription> leaves;  ///< Empty for views and foreign tables.
  /// A row-level security policy of the table or of a leaf applies to this session's
  /// role.
  bool has_row_security = false;
  bool is_populated = true;  ///< False: REFRESH MATERIALIZED VIEW is due.
  /// Other tables inherit from it, or are its partitions. A plain parent is read without
  /// the rows of its children, which are tables of their own.
  bool has_children = false;
};

}  // namespace carmilla
