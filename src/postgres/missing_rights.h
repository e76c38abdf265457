#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "postgres/session.h"
#include "types/table_description.h"

namespace carmilla {

/// One relation that is read (a table, or one leaf of it), and what the session's role
/// lacks there.
struct MissingRights {
  RelationName relation;
  bool has_schema_usage = true;
  /// Columns that the role may not select, by attnum; `ctid` of a heap comes first, since
  /// heaps are read with the place of each row.
  std::vector<std::string> columns;
};

/// Finds what the role lacks to read each of `tables` with all their columns, in one
/// query. The answer has an entry per table, empty where nothing is missing. Reads the
/// catalog only.
arrow::Result<std::vector<std::vector<MissingRights>>> FindMissingRights(
    Session& session, std::span<const TableDescription> tables);

/// The same as ready GRANT statements for `role`, as far as `columns` (and ctid) need
/// them.
arrow::Result<std::vector<std::string>> GrantsFor(std::span<const MissingRights> missing,
                                                  std::span<const std::string> columns,
                                                  const std::string& role);

/// Of the schemas (quoted), whose functions the columns call, those that the session's
/// role may not use, as ready GRANT statements. No query where there are no schemas.
arrow::Result<std::vector<std::string>> GrantsForFunctions(
    Session& session, const std::set<std::string>& schemas);

}  // namespace carmilla
