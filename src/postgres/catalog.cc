#include "postgres/catalog.h"

#include <libpq-fe.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/suggest.h"
#include "postgres/catalog_value.h"
#include "postgres/copy_query.h"
#include "postgres/snapshot.h"
#include "postgres/table_catalog.h"
#include "postgres/type_catalog.h"

namespace carmilla {
namespace {

arrow::Status UnknownRelation(Session& session, const RelationName& name) {
  std::string hint = "check the spelling; names are case-sensitive here";
  // Without the list there is only no suggestion.
  if (const auto relations = ListRelations(session); relations.ok()) {
    std::vector<std::string> candidates;
    for (const RelationSummary& relation : *relations) {
      candidates.push_back(relation.name.ToString());
    }
    const std::string suggestion = DidYouMean(name.ToString(), candidates);
    if (!suggestion.empty()) hint = suggestion;
  }
  return MakeError(ErrorKind::kUnknownRelation,
                   "describing tables: no such table or view: " + name.ToString(),
                   std::move(hint));
}

arrow::Result<std::vector<TableDescription>> DescribeInTransaction(
    Session& session, std::span<const RelationName> names) {
  TableCatalog catalog(session);
  ARROW_RETURN_NOT_OK(WithContext(catalog.Read(names), "describing tables"));
  std::vector<TableDescription> tables;
  for (const RelationName& name : names) {
    const TableDescription* table = catalog.Find(name);
    if (table == nullptr) return UnknownRelation(session, name);
    tables.push_back(*table);
  }
  return tables;
}

arrow::Status CheckColumnNames(const std::vector<ResultColumn>& columns) {
  const std::string cure = "name each column with AS";
  std::set<std::string> names;
  for (const ResultColumn& column : columns) {
    if (column.name == "?column?") {
      return MakeError(ErrorKind::kQuery, "describing the query: a column has no name",
                       cure);
    }
    if (!names.insert(column.name).second) {
      return MakeError(ErrorKind::kQuery,
                       "describing the query: two columns have one name: " + column.name,
                       cure);
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<RelationSummary>> ListRelations(Session& session) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query(
          "SELECT n.nspname, c.relname, c.relkind FROM pg_class c "
          "JOIN pg_namespace n ON n.oid = c.relnamespace "
          "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition "
          "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' "
          "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' "
          "AND d.classid = 'pg_class'::regclass AND d.objid = c.oid) "
          "ORDER BY n.nspname, c.relname"));
  std::vector<RelationSummary> relations;
  relations.reserve(rows.rows().size());
  for (size_t i = 0; i < rows.rows().size(); ++i) {
    relations.push_back({.name = {.schema = rows.At(i, 0), .name = rows.At(i, 1)},
                         .kind = ParseRelationKind(rows.At(i, 2))});
  }
  return relations;
}

arrow::Result<std::vector<std::string>> ListSchemas(Session& session) {
  ARROW_ASSIGN_OR_RAISE(
      const QueryRows rows,
      session.Query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' "
                    "AND nspname <> 'information_schema' ORDER BY nspname"));
  std::vector<std::string> schemas;
  schemas.reserve(rows.rows().size());
  for (size_t i = 0; i < rows.rows().size(); ++i) schemas.push_back(rows.At(i, 0));
  return schemas;
}

arrow::Result<std::vector<TableDescription>> DescribeTables(
    Session& session, std::span<const RelationName> names) {
  // The queries must agree with each other.
  const bool owns_transaction = PQtransactionStatus(session.native()) == PQTRANS_IDLE;
  if (owns_transaction) {
    ARROW_RETURN_NOT_OK(
        session.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  }
  auto tables = DescribeInTransaction(session, names);
  if (owns_transaction) {
    const arrow::Status ended = EndTransaction(session);
    if (tables.ok() && !ended.ok()) return ended;
  }
  return tables;
}

arrow::Result<TableDescription> DescribeQuery(Session& session, const std::string& sql) {
  // As COPY reads it.
  auto described = session.Describe("SELECT * FROM " + RenderQueryItem(sql));
  ARROW_RETURN_NOT_OK(WithContext(described.status(), "describing the query"));
  ARROW_RETURN_NOT_OK(CheckColumnNames(*described));
  std::set<uint32_t> oids;
  for (const ResultColumn& column : *described) oids.insert(column.type_oid);
  ARROW_ASSIGN_OR_RAISE(const TypesByOid types, ReadTypes(session, oids));
  TableDescription table{.kind = RelationKind::kView};
  for (const ResultColumn& column : *described) {
    table.columns.push_back({.name = column.name,
                             .number = static_cast<int16_t>(table.columns.size() + 1),
                             .type = types.at(column.type_oid),
                             .typmod = column.typmod});
  }
  return table;
}

}  // namespace carmilla
