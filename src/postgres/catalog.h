#pragma once

#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

struct RelationSummary {
  RelationName name;
  RelationKind kind = RelationKind::kTable;
};

/// Lists tables, partitioned parents (not their partitions), views, materialised views
/// and foreign tables outside the system schemas, by schema and name. Plain inheritance
/// children are listed as tables of their own; what belongs to an extension is left out.
/// Reads the catalog only.
arrow::Result<std::vector<RelationSummary>> ListRelations(Session& session);

/// Lists the names of the schemas that ListRelations looks into, also of empty ones.
arrow::Result<std::vector<std::string>> ListSchemas(Session& session);

/// Describes relations in one round of catalog queries (a constant number, not one per
/// table). Reads the catalog only; call it in a transaction that sees the snapshot of the
/// read (without one it opens its own), but never in the exporter's: the sizes need a
/// short lock on each relation, except on those that DDL holds, where the last VACUUM's
/// size is taken. The order of the answer is that of `names`; an unknown name is
/// kUnknownRelation with the nearest existing one as hint.
arrow::Result<std::vector<TableDescription>> DescribeTables(
    Session& session, std::span<const RelationName> names);

/// Describes the columns of a query without running it (extended protocol Describe). The
/// result has kind kView and no leaves. kQuery unless `sql` is one SELECT (or VALUES,
/// TABLE, WITH) without a semicolon whose columns have names of their own.
arrow::Result<TableDescription> DescribeQuery(Session& session, const std::string& sql);

/// Rights of the session's role that are missing to read `columns` of `table` (SELECT on
/// the columns and on ctid for heaps, USAGE on the schema), as ready GRANT statements;
/// empty when nothing is missing.
arrow::Result<std::vector<std::string>> MissingGrants(
    Session& session, const TableDescription& table,
    std::span<const std::string> columns);

}  // namespace carmilla
