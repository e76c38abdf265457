#include "postgres/table_catalog.h"

#include <algorithm>

#include "postgres/catalog_value.h"
#include "postgres/identifier.h"
#include "postgres/leaf_catalog.h"
#include "postgres/type_catalog.h"

namespace carmilla {
namespace {

const LeafDescription* LargestLeaf(const TableDescription& table) {
  const auto largest = std::ranges::max_element(
      table.leaves, {},
      [](const LeafDescription& leaf) { return leaf.heap_bytes + leaf.toast_bytes; });
  return largest == table.leaves.end() ? nullptr : &*largest;
}

struct ColumnStatistics {
  double distinct_values = 0;
  double correlation = 0;
};
using StatisticsByColumn = std::map<std::string, ColumnStatistics>;

void Apply(const StatisticsByColumn& statistics, TableDescription& table) {
  for (ColumnDescription& column : table.columns) {
    const auto found = statistics.find(column.name);
    if (found == statistics.end()) continue;
    column.distinct_values = found->second.distinct_values;
    column.correlation = found->second.correlation;
  }
}

arrow::Result<QueryRows> QueryStatistics(
    Session& session, const std::map<uint32_t, TableDescription>& tables) {
  std::set<uint32_t> oids;
  std::set<std::string> names;
  for (const auto& [oid, table] : tables) {
    oids.insert(oid);
    names.insert(table.name.name);
    if (const LeafDescription* leaf = LargestLeaf(table)) {
      oids.insert(leaf->oid);
      names.insert(leaf->name.name);
    }
  }
  // pg_stats is a security barrier: only the condition on names gets inside it; without,
  // the server would go through the statistics of the whole database.
  const std::string parameters[] = {
      OidArray(oids), ArrayText(std::vector<std::string>(names.begin(), names.end()))};
  return session.Query(
      "SELECT c.oid, s.attname, s.n_distinct, coalesce(s.correlation, 0) "
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname "
      "WHERE c.oid = ANY ($1::oid[]) AND s.tablename = ANY ($2::name[]) "
      "AND s.inherited = (c.relkind = 'p')",
      parameters);
}

}  // namespace

arrow::Status TableCatalog::Read(std::span<const RelationName> names) {
  ARROW_RETURN_NOT_OK(ReadRelations(names));
  if (tables_.empty()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(ReadColumns());
  ARROW_RETURN_NOT_OK(ReadPrimaryKeys());
  ARROW_RETURN_NOT_OK(ReadLeaves());
  return ReadStatistics();
}

const TableDescription* TableCatalog::Find(const RelationName& name) const {
  const auto found = oids_.find(name);
  return found == oids_.end() ? nullptr : &tables_.at(found->second);
}

std::string TableCatalog::AllOids() const {
  std::set<uint32_t> oids;
  for (const auto& [oid, table] : tables_) oids.insert(oid);
  return OidArray(oids);
}

arrow::Status TableCatalog::ReadRelations(std::span<const RelationName> names) {
  std::vector<std::string> schemas;
  std::vector<std::string> relations;
  for (const RelationName& name : names) {
    schemas.push_back(name.schema);
    relations.push_back(name.name);
  }
  const std::string parameters[] = {ArrayText(schemas), ArrayText(relations)};
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session_.Query("SELECT c.oid, n.nspname, c.relname, c.relkind, "
                     "obj_description(c.oid, 'pg_class'), row_security_active(c.oid), "
                     "c.relispopulated, current_setting('block_size'), "
                     "EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) "
                     "FROM unnest($1::text[], $2::text[]) AS k(schema, name) "
                     "JOIN pg_namespace n ON n.nspname = k.schema "
                     "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = k.name "
                     "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')",
                     parameters));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    TableDescription table{.oid = ParseOid(rows.At(i, 0)),
                           .name = {.schema = rows.At(i, 1), .name = rows.At(i, 2)},
                           .kind = ParseRelationKind(rows.At(i, 3)),
                           .comment = rows.At(i, 4),
                           .block_bytes = ParseInteger(rows.At(i, 7)),
                           .has_row_security = IsTrue(rows.At(i, 5)),
                           .is_populated = IsTrue(rows.At(i, 6)),
                           .has_children = IsTrue(rows.At(i, 8))};
    oids_.emplace(table.name, table.oid);
    tables_.emplace(table.oid, std::move(table));
  }
  return arrow::Status::OK();
}

arrow::Status TableCatalog::ReadColumns() {
  const std::string oids = AllOids();
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session_.Query(
          "SELECT attrelid, attname, attnum, atttypid, atttypmod, attnotnull, "
          "col_description(attrelid, attnum) FROM pg_attribute "
          "WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped "
          "ORDER BY attrelid, attnum",
          {&oids, 1}));
  std::set<uint32_t> type_oids;
  for (size_t i = 0; i < rows.rows().size(); ++i)
    type_oids.insert(ParseOid(rows.At(i, 3)));
  ARROW_ASSIGN_OR_RAISE(const TypesByOid types, ReadTypes(session_, type_oids));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    tables_.at(ParseOid(rows.At(i, 0)))
        .columns.push_back({.name = rows.At(i, 1),
                            .number = static_cast<int16_t>(ParseInteger(rows.At(i, 2))),
                            .type = types.at(ParseOid(rows.At(i, 3))),
                            .typmod = static_cast<int32_t>(ParseInteger(rows.At(i, 4))),
                            .is_not_null = IsTrue(rows.At(i, 5)),
                            .comment = rows.At(i, 6)});
  }
  return arrow::Status::OK();
}

arrow::Status TableCatalog::ReadPrimaryKeys() {
  const std::string oids = AllOids();
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session_.Query(
          "SELECT k.conrelid, a.attname FROM pg_constraint k "
          "CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS p(number, position) "
          "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number "
          "WHERE k.contype = 'p' AND k.conrelid = ANY ($1::oid[]) "
          "ORDER BY k.conrelid, p.position",
          {&oids, 1}));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    tables_.at(ParseOid(rows.At(i, 0))).primary_key.push_back(rows.At(i, 1));
  }
  return arrow::Status::OK();
}

arrow::Status TableCatalog::ReadLeaves() {
  ARROW_ASSIGN_OR_RAISE(const std::vector<LeafRow> leaves,
                        ReadLeafRows(session_, AllOids()));
  std::map<uint32_t, std::vector<LeafRow>> by_root;
  for (const LeafRow& leaf : leaves) by_root[leaf.root].push_back(leaf);
  for (auto& [oid, table] : tables_) {
    const auto found = by_root.find(oid);
    if (found != by_root.end()) AddLeaves(found->second, table);
  }
  return arrow::Status::OK();
}

// Autovacuum never analyses a partitioned parent, so its largest leaf speaks for it if
// need be.
arrow::Status TableCatalog::ReadStatistics() {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows right,
      session_.Query("SELECT has_table_privilege('pg_catalog.pg_stats', 'SELECT')"));
  if (!IsTrue(right.At(0, 0))) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, QueryStatistics(session_, tables_));
  std::map<uint32_t, StatisticsByColumn> statistics;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    statistics[ParseOid(rows.At(i, 0))][rows.At(i, 1)] = {
        .distinct_values = ParseDouble(rows.At(i, 2)),
        .correlation = ParseDouble(rows.At(i, 3))};
  }
  for (auto& [oid, table] : tables_) {
    if (const LeafDescription* leaf = LargestLeaf(table))
      Apply(statistics[leaf->oid], table);
    Apply(statistics[oid], table);
  }
  return arrow::Status::OK();
}

}  // namespace carmilla
