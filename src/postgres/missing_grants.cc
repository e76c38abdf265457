#include <algorithm>
#include <map>
#include <set>

#include "postgres/catalog.h"
#include "postgres/catalog_value.h"
#include "postgres/identifier.h"
#include "postgres/missing_rights.h"

namespace carmilla {
namespace {

constexpr char kPlaceOfRow[] = "ctid";

// Partitions are read one by one, each under its own rights.
std::set<uint32_t> ReadRelations(const TableDescription& table) {
  std::set<uint32_t> oids;
  for (const LeafDescription& leaf : table.leaves) oids.insert(leaf.oid);
  if (table.leaves.empty()) oids.insert(table.oid);
  return oids;
}

arrow::Result<std::map<uint32_t, MissingRights>> QueryMissing(
    Session& session, const std::set<uint32_t>& oids) {
  const std::string parameter = OidArray(oids);
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT c.oid, n.nspname, c.relname, has_schema_privilege(n.oid, 'USAGE'), "
          "a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
          "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped "
          "AND (a.attnum > 0 OR a.attname = 'ctid' AND c.relkind IN ('r', 'm')) "
          "AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT') "
          "WHERE c.oid = ANY ($1::oid[]) "
          "AND (a.attname IS NOT NULL OR NOT has_schema_privilege(n.oid, 'USAGE')) "
          "ORDER BY c.oid, a.attnum",
          {&parameter, 1}));
  std::map<uint32_t, MissingRights> missing;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    MissingRights& relation = missing[ParseOid(rows.At(i, 0))];
    relation.relation = {.schema = rows.At(i, 1), .name = rows.At(i, 2)};
    relation.has_schema_usage = IsTrue(rows.At(i, 3));
    if (rows.rows()[i][4].has_value()) relation.columns.push_back(rows.At(i, 4));
  }
  return missing;
}

arrow::Result<std::string> GrantSelect(const RelationName& relation,
                                       std::span<const std::string> columns,
                                       const std::string& role) {
  std::string list;
  for (const std::string& column : columns) {
    ARROW_ASSIGN_OR_RAISE(const std::string quoted, PrintableIdentifier(column));
    list += (list.empty() ? "" : ", ") + quoted;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string name, PrintableRelation(relation));
  return "GRANT SELECT (" + list + ") ON " + name + " TO " + role + ";";
}

}  // namespace

arrow::Result<std::vector<std::vector<MissingRights>>> FindMissingRights(
    Session& session, std::span<const TableDescription> tables) {
  std::set<uint32_t> oids;
  for (const TableDescription& table : tables) oids.merge(ReadRelations(table));
  ARROW_ASSIGN_OR_RAISE(const auto missing, QueryMissing(session, oids));
  std::vector<std::vector<MissingRights>> by_table(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    for (const uint32_t oid : ReadRelations(tables[i])) {
      const auto found = missing.find(oid);
      if (found != missing.end()) by_table[i].push_back(found->second);
    }
    std::ranges::sort(by_table[i], {}, &MissingRights::relation);
  }
  return by_table;
}

arrow::Result<std::vector<std::string>> GrantsFor(std::span<const MissingRights> missing,
                                                  std::span<const std::string> columns,
                                                  const std::string& role) {
  ARROW_ASSIGN_OR_RAISE(const std::string grantee, PrintableIdentifier(role));
  std::vector<std::string> grants;
  std::set<std::string> schemas;
  for (const MissingRights& relation : missing) {
    std::vector<std::string> needed;
    for (const std::string& column : relation.columns) {
      const bool is_read =
          column == kPlaceOfRow || std::ranges::find(columns, column) != columns.end();
      if (is_read) needed.push_back(column);
    }
    const std::string& schema_name = relation.relation.schema;
    if (!relation.has_schema_usage && schemas.insert(schema_name).second) {
      ARROW_ASSIGN_OR_RAISE(const std::string schema, PrintableIdentifier(schema_name));
      std::string grant = "GRANT USAGE ON SCHEMA ";
      grants.push_back(grant.append(schema).append(" TO ").append(grantee).append(";"));
    }
    if (needed.empty()) continue;
    ARROW_ASSIGN_OR_RAISE(std::string grant,
                          GrantSelect(relation.relation, needed, grantee));
    grants.push_back(std::move(grant));
  }
  return grants;
}

arrow::Result<std::vector<std::string>> GrantsForFunctions(
    Session& session, const std::set<std::string>& schemas) {
  if (schemas.empty()) return std::vector<std::string>();
  const std::string names =
      ArrayText(std::vector<std::string>(schemas.begin(), schemas.end()));
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT nspname FROM pg_namespace WHERE quote_ident(nspname) = "
                    "ANY ($1::text[]) AND NOT has_schema_privilege(oid, 'USAGE') "
                    "ORDER BY nspname",
                    {&names, 1}));
  ARROW_ASSIGN_OR_RAISE(const std::string role,
                        PrintableIdentifier(session.server().user));
  std::vector<std::string> grants;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const std::string schema, PrintableIdentifier(rows.At(i, 0)));
    std::string grant = "GRANT USAGE ON SCHEMA ";
    grants.push_back(grant.append(schema).append(" TO ").append(role).append(";"));
  }
  return grants;
}

arrow::Result<std::vector<std::string>> MissingGrants(
    Session& session, const TableDescription& table,
    std::span<const std::string> columns) {
  ARROW_ASSIGN_OR_RAISE(const auto missing, FindMissingRights(session, {&table, 1}));
  return GrantsFor(missing.front(), columns, session.server().user);
}

}  // namespace carmilla
