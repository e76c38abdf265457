#include "engine/task_read.h"

#include <algorithm>
#include <span>

#include "core/error.h"
#include "core/suggest.h"
#include "engine/run_planner.h"
#include "postgres/catalog.h"
#include "types/declared_type.h"

namespace carmilla {
namespace {

/// Why one column of the struct does not fit; "" if it does.
std::string ProblemOf(const TaskColumn& wanted, const TableDescription& table,
                      bool is_query) {
  const auto found =
      std::ranges::find(table.columns, wanted.name, &ColumnDescription::name);
  if (found == table.columns.end()) return "there is no column " + wanted.name;
  const std::string type = RenderTypeName(*found->type, found->typmod);
  if (!wanted.type.empty() && type != wanted.type) {
    return wanted.name + " is " + type + " and was " + wanted.type;
  }
  if (!is_query && !wanted.is_nullable && !found->is_not_null) {
    return wanted.name + " may be NULL, for which the struct has no room";
  }
  return "";
}

/// Compares the struct with the catalog and tells all that is different.
arrow::Status CheckHeader(const TaskRead& read, const TableDescription& table) {
  const bool is_query = !read.query.empty();
  std::string problems;
  for (const TaskColumn& wanted : read.columns) {
    const std::string problem = ProblemOf(wanted, table, is_query);
    if (!problem.empty()) problems += (problems.empty() ? "" : "; ") + problem;
  }
  if (problems.empty()) return arrow::Status::OK();
  const std::string relation = is_query ? "the query" : table.name.ToString();
  return MakeError(
      ErrorKind::kStaleHeader,
      "reading " + relation + ": the struct is not what the database has: " + problems,
      is_query ? "run `carmilla generate --query FILE` for its struct again"
               : "run `carmilla generate " + relation + "` and build again");
}

arrow::Result<TableDescription> Describe(Session& session, const TaskRead& read) {
  if (!read.query.empty()) return DescribeQuery(session, read.query);
  ARROW_ASSIGN_OR_RAISE(auto tables,
                        DescribeTables(session, std::span(&read.relation, 1)));
  return std::move(tables.front());
}

}  // namespace

arrow::Result<TablePlan> PlanTaskRead(Session& session,
                                      const Configuration& configuration,
                                      const TaskRead& read) {
  ARROW_ASSIGN_OR_RAISE(TableDescription table, Describe(session, read));
  ARROW_RETURN_NOT_OK(CheckHeader(read, table));
  TableConfiguration entry{.schema = table.name.schema, .name = table.name.name};
  entry.where = read.where;
  for (const TaskColumn& column : read.columns) {
    entry.columns.push_back(column.name);
    if (column.declared.empty()) continue;
    ARROW_ASSIGN_OR_RAISE(const DeclaredType type, ParseDeclaredType(column.declared));
    entry.types.emplace(column.name, DeclaredColumn{.type = type, .position = {}});
  }
  return PlanRelation(session, configuration, entry, std::move(table), read.query,
                      read.limit);
}

}  // namespace carmilla
