#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/table_plan.h"
#include "plan/configuration.h"
#include "postgres/session.h"
#include "stream/object_store.h"

namespace carmilla {

struct PlanOptions {
  std::vector<std::string>
      tables;                 ///< As named on the command line; empty: all configured.
  bool reads_tables = true;   ///< False: none of them, for runs of tasks only.
  bool skip_unknown = false;  ///< A named table that does not exist is left out.
  /// As ReadKnownRelations; for patterns with `new_tables: ignore`.
  std::optional<std::set<std::string>> known_relations;
  /// The lake that is published into, to tell which of its tables the source has no more;
  /// null: not asked.
  std::shared_ptr<ObjectStore> lake;
  /// Columns get names that Athena knows: a catalog will show them.
  bool names_for_athena = false;
  int64_t limit = -1;           ///< Rows per table, -1 for all.
  bool is_single_file = false;  ///< Every table becomes one file (`--to`, `--limit`).
  /// Of tasks and their groups: no table may have one, and who asks for a table that is
  /// not configured may mean one.
  std::vector<std::string> task_names;
};

/// A SELECT of the user, read in place of configured tables.
struct UserQuery {
  std::string sql;         ///< "": none.
  std::string name;        ///< Name of its result.
  TableDefaults settings;  ///< How the result is written.
};

/// How many connections read at once: `threads:`, else what `gentleness:` says.
int NumWorkers(const Configuration& configuration);

/// Decides everything about a run from configuration and catalog; reads no user data.
/// Tables that cannot be run (unsupported type, missing rights, no columns) stand in
/// RunPlan::refused with their reason; the others are planned. An error of the whole
/// (unknown table, no connection) fails.
arrow::Result<RunPlan> PlanRun(Session& session, const Configuration& configuration,
                               const PlanOptions& options);

/// Plans the rows of `query` as a table.
arrow::Result<RunPlan> PlanQuery(Session& session, const Configuration& configuration,
                                 const UserQuery& query, const PlanOptions& options);

/// Plans a relation that is read besides the configured tables; `entry` says what of it.
/// `table` is its description, or that of `query`. Errors as PlanRun has them in
/// RunPlan::refused.
arrow::Result<TablePlan> PlanRelation(Session& session,
                                      const Configuration& configuration,
                                      const TableConfiguration& entry,
                                      TableDescription table, const std::string& query,
                                      int64_t limit);

}  // namespace carmilla
