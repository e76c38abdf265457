#include "postgres/leaf_catalog.h"

#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

constexpr int32_t kVersion14 = 140000;

// Who waits for a size behind DDL waits for its end, so relations that DDL holds are not
// asked: pg_class.relpages, as VACUUM left it, stands in. Before 12, tables had no access
// method.
std::string LeavesQuery(int32_t version_number) {
  const std::string attached =
      version_number >= kVersion14 ? " AND NOT i.inhdetachpending" : "";
  return "WITH RECURSIVE tree(root, oid) AS (SELECT c.oid, c.oid FROM pg_class c "
         "WHERE c.oid = ANY ($1::oid[]) AND c.relkind IN ('r', 'm', 'p') "
         "UNION ALL SELECT t.root, i.inhrelid FROM tree t "
         "JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p' "
         "JOIN pg_inherits i ON i.inhparent = t.oid" +
         attached +
         "), locked AS (SELECT relation FROM pg_locks WHERE locktype = 'relation' "
         "AND mode = 'AccessExclusiveLock' AND database = "
         "(SELECT d.oid FROM pg_database d WHERE d.datname = current_database())) "
         "SELECT t.root, c.oid, n.nspname, c.relname, c.relfilenode, "
         "c.relkind <> 'f' AND coalesce(m.amname = 'heap', c.relam = 0), "
         "coalesce(CASE WHEN c.relkind = 'f' THEN 0 WHEN c.oid IN (SELECT relation FROM "
         "locked) "
         "THEN NULL ELSE pg_relation_size(c.oid) END, "
         "c.relpages * current_setting('block_size')::bigint), "
         "coalesce(CASE WHEN c.reltoastrelid = 0 THEN 0 WHEN c.reltoastrelid IN (SELECT "
         "relation "
         "FROM locked) THEN NULL ELSE pg_relation_size(c.reltoastrelid) END, "
         "toast.relpages * current_setting('block_size')::bigint, 0), "
         "c.reltuples, c.relpages * current_setting('block_size')::bigint, "
         "row_security_active(c.oid) "
         "FROM tree t JOIN pg_class c ON c.oid = t.oid "
         "JOIN pg_namespace n ON n.oid = c.relnamespace "
         "LEFT JOIN pg_am m ON m.oid = c.relam "
         "LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid "
         "WHERE c.relkind <> 'p' ORDER BY t.root, n.nspname, c.relname";
}

// As the planner does: the density that the last ANALYZE saw times today's size.
double EstimateRows(double tuples, int64_t analysed_bytes, int64_t bytes) {
  if (analysed_bytes > 0 && tuples >= 0) {
    return tuples * static_cast<double>(bytes) / static_cast<double>(analysed_bytes);
  }
  if (bytes == 0) return tuples > 0 ? tuples : 0;
  return -1;
}

}  // namespace

arrow::Result<std::vector<LeafRow>> ReadLeafRows(Session& session,
                                                 const std::string& oids) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(LeavesQuery(session.server().version_number), {&oids, 1}));
  std::vector<LeafRow> leaves;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    const int64_t heap_bytes = ParseInteger(rows.At(i, 6));
    const bool is_foreign = ParseOid(rows.At(i, 4)) == 0 && !IsTrue(rows.At(i, 5));
    leaves.push_back({.root = ParseOid(rows.At(i, 0)),
                      .leaf = {.oid = ParseOid(rows.At(i, 1)),
                               .name = {.schema = rows.At(i, 2), .name = rows.At(i, 3)},
                               .filenode = ParseOid(rows.At(i, 4)),
                               .heap_bytes = heap_bytes,
                               .toast_bytes = ParseInteger(rows.At(i, 7)),
                               .is_heap = IsTrue(rows.At(i, 5))},
                      .rows = is_foreign
                                  ? ParseDouble(rows.At(i, 8))
                                  : EstimateRows(ParseDouble(rows.At(i, 8)),
                                                 ParseInteger(rows.At(i, 9)), heap_bytes),
                      .has_row_security = IsTrue(rows.At(i, 10))});
  }
  return leaves;
}

void AddLeaves(const std::vector<LeafRow>& leaves, TableDescription& table) {
  double known_rows = 0;
  int64_t known_bytes = 0;
  int64_t unknown_bytes = 0;
  for (const LeafRow& row : leaves) {
    table.leaves.push_back(row.leaf);
    table.total_bytes += row.leaf.heap_bytes + row.leaf.toast_bytes;
    table.has_row_security |= row.has_row_security;
    if (row.rows < 0) {
      unknown_bytes += row.leaf.heap_bytes;
    } else {
      known_rows += row.rows;
      known_bytes += row.leaf.heap_bytes;
    }
  }
  // A partition of today that was never analysed is taken to be as dense as the others.
  if (unknown_bytes == 0) {
    table.estimated_rows = known_rows;
  } else if (known_bytes > 0) {
    table.estimated_rows = known_rows * (1 + static_cast<double>(unknown_bytes) /
                                                 static_cast<double>(known_bytes));
  }
}

}  // namespace carmilla
