#include <set>

#include "postgres/catalog.h"
#include "postgres/catalog_value.h"
#include "postgres/identifier.h"

namespace carmilla {
namespace {

/// One relation that is read, and the columns that the role may not select.
struct Lack {
  std::string schema;
  std::string relation;
  bool has_schema_usage = true;
  std::vector<std::string> columns;
};

// Partitions are read one by one, each under its own rights.
std::string ReadRelations(const TableDescription& table) {
  std::set<uint32_t> oids;
  for (const LeafDescription& leaf : table.leaves) oids.insert(leaf.oid);
  if (table.leaves.empty()) oids.insert(table.oid);
  return OidArray(oids);
}

arrow::Result<std::vector<Lack>> FindLacks(Session& session,
                                           const TableDescription& table,
                                           std::span<const std::string> columns) {
  const std::string parameters[] = {ReadRelations(table), ArrayText(columns)};
  // Heaps are read with the place of each row, hence ctid.
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT c.oid, n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), "
          "a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
          "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped "
          "AND (a.attname = ANY ($2::text[]) OR a.attname = 'ctid' AND c.relkind IN "
          "('r', 'm')) "
          "AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT') "
          "WHERE c.oid = ANY ($1::oid[]) "
          "AND (a.attname IS NOT NULL OR NOT has_schema_privilege(n.oid, 'USAGE')) "
          "ORDER BY n.nspname, c.relname, a.attnum",
          parameters));
  std::vector<Lack> lacks;
  std::string last_oid;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    if (rows.At(i, 0) != last_oid) {
      last_oid = rows.At(i, 0);
      lacks.push_back({.schema = rows.At(i, 1),
                       .relation = rows.At(i, 2),
                       .has_schema_usage = IsTrue(rows.At(i, 3))});
    }
    if (rows.rows()[i][4].has_value()) lacks.back().columns.push_back(rows.At(i, 4));
  }
  return lacks;
}

arrow::Result<std::string> GrantSelect(const Lack& lack, const std::string& role) {
  std::string list;
  for (const std::string& column : lack.columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string quoted, QuoteIdentifier(column));
    list += (list.empty() ? "" : ", ") + quoted;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string relation,
                        QuoteRelation({.schema = lack.schema, .name = lack.relation}));
  return "GRANT SELECT (" + list + ") ON " + relation + " TO " + role + ";";
}

}  // namespace

arrow::Result<std::vector<std::string>> MissingGrants(
    Session& session, const TableDescription& table,
    std::span<const std::string> columns) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<Lack> lacks,
                        FindLacks(session, table, columns));
  ARROW_ASSIGN_OR_RAISE(const std::string role, QuoteIdentifier(session.server().user));
  std::vector<std::string> grants;
  std::set<std::string> schemas;
  for (const Lack& lack : lacks) {
    if (!lack.has_schema_usage && schemas.insert(lack.schema).second) {
      ARROW_ASSIGN_OR_RAISE(const std::string schema, QuoteIdentifier(lack.schema));
      std::string grant = "GRANT USAGE ON SCHEMA ";
      grants.push_back(grant.append(schema).append(" TO ").append(role).append(";"));
    }
    if (lack.columns.empty()) continue;
    ARROW_ASSIGN_OR_RAISE(std::string grant, GrantSelect(lack, role));
    grants.push_back(std::move(grant));
  }
  return grants;
}

}  // namespace carmilla
