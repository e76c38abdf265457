#include "postgres/relation_traits.h"

#include "postgres/catalog_value.h"

namespace carmilla {
namespace {

using TraitsByOid = std::map<uint32_t, RelationTraits>;

constexpr const char* kWrites[] = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"};
constexpr size_t kFirstWrite = 11;

// INSERT and UPDATE may be granted on single columns; one suffices to be told.
constexpr char kTraitsQuery[] =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, pg_has_role(c.relowner, 'USAGE'), "
    "c.relpersistence = 'u', coalesce('autovacuum_enabled=false' = ANY (c.reloptions) OR "
    "'autovacuum_enabled=off' = ANY (c.reloptions), false), coalesce(m.amname, ''), "
    "EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'relation' AND l.granted "
    "AND l.relation = c.oid AND l.mode = 'AccessExclusiveLock' "
    "AND l.pid <> pg_backend_pid() AND l.database = "
    "(SELECT d.oid FROM pg_database d WHERE d.datname = current_database())), "
    "EXISTS (SELECT FROM pg_subscription_rel r WHERE r.srrelid = c.oid), "
    "c.relrowsecurity, "
    "has_any_column_privilege(c.oid, 'INSERT'), "
    "has_any_column_privilege(c.oid, 'UPDATE'), "
    "has_table_privilege(c.oid, 'DELETE'), has_table_privilege(c.oid, 'TRUNCATE') "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_am m ON m.oid = c.relam WHERE c.oid = ANY ($1::oid[])";

// pg_stats is a security barrier: the condition on names must get inside it. The numbers
// are numeric, date, timestamp and timestamptz.
constexpr char kSpecialValuesQuery[] =
    "SELECT DISTINCT c.oid, s.attname FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname "
    "WHERE c.oid = ANY ($1::oid[]) AND a.atttypid IN (1700, 1082, 1114, 1184) "
    "AND s.tablename IN (SELECT k.relname FROM pg_class k WHERE k.oid = ANY "
    "($1::oid[])) AND concat(s.most_common_vals::text, s.histogram_bounds::text) "
    "~ '[{,](-?[Ii]nfinity|NaN)[,}]' ORDER BY 1, 2";

arrow::Status ReadInvalidIndexes(Session& session, const std::string& oids,
                                 TraitsByOid* traits) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT i.indrelid, c.relname FROM pg_index i "
                    "JOIN pg_class c ON c.oid = i.indexrelid "
                    "WHERE i.indrelid = ANY ($1::oid[]) AND NOT i.indisvalid "
                    "AND c.relkind = 'i' ORDER BY 1, 2",
                    {&oids, 1}));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    const auto found = traits->find(ParseOid(rows.At(i, 0)));
    if (found != traits->end()) found->second.invalid_indexes.push_back(rows.At(i, 1));
  }
  return arrow::Status::OK();
}

arrow::Status ReadSpecialColumns(Session& session, const std::string& oids,
                                 TraitsByOid* traits) {
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows,
                        session.Query(kSpecialValuesQuery, {&oids, 1}));
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    const auto found = traits->find(ParseOid(rows.At(i, 0)));
    if (found != traits->end()) found->second.special_columns.push_back(rows.At(i, 1));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<TraitsByOid> ReadRelationTraits(Session& session,
                                              const std::set<uint32_t>& oids) {
  const std::string array = OidArray(oids);
  ARROW_ASSIGN_OR_RAISE(const QueryRows rows, session.Query(kTraitsQuery, {&array, 1}));
  TraitsByOid traits;
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    RelationTraits relation{.oid = ParseOid(rows.At(i, 0)),
                            .name = {.schema = rows.At(i, 1), .name = rows.At(i, 2)},
                            .kind = ParseRelationKind(rows.At(i, 3)),
                            .is_owned = IsTrue(rows.At(i, 4)),
                            .is_unlogged = IsTrue(rows.At(i, 5)),
                            .is_autovacuum_off = IsTrue(rows.At(i, 6)),
                            .access_method = rows.At(i, 7),
                            .is_locked = IsTrue(rows.At(i, 8)),
                            .is_subscribed = IsTrue(rows.At(i, 9)),
                            .has_row_security = IsTrue(rows.At(i, 10))};
    for (size_t write = 0; write < std::size(kWrites); ++write) {
      if (IsTrue(rows.At(i, kFirstWrite + write))) {
        relation.writes.emplace_back(kWrites[write]);
      }
    }
    const uint32_t oid = relation.oid;
    traits.emplace(oid, std::move(relation));
  }
  ARROW_RETURN_NOT_OK(ReadInvalidIndexes(session, array, &traits));
  ARROW_RETURN_NOT_OK(ReadSpecialColumns(session, array, &traits));
  return traits;
}

}  // namespace carmilla
