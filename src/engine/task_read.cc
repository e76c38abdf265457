#include "engine/task_read.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <arrow/type.h>

#include "core/error.h"
#include "engine/member_fit.h"
#include "engine/run_planner.h"
#include "postgres/catalog.h"
#include "types/arrow_type_text.h"
#include "types/declared_mapping.h"
#include "types/declared_type.h"
#include "types/type_mapping.h"

namespace carmilla {
namespace {

bool IsAsTheTypeTableSays(const TaskColumn& wanted, const ColumnDescription& column) {
  const auto own = MapType(*column.type, column.typmod, column.name);
  return own.ok() && ArrowTypeText(*own->arrow_type) == wanted.arrow_type;
}

/// Whether a member of type `wanted` can be told what a column is that the type table
/// maps to `own`. What an unbounded numeric holds is checked value by value.
bool Fits(const arrow::DataType& wanted, const TypeMapping& own) {
  if (HasRoomFor(wanted, *own.arrow_type)) return true;
  switch (own.wire) {
    case WireForm::kTimeText:
      return wanted.id() == arrow::Type::TIME64;
    case WireForm::kIntervalText:
      return wanted.id() == arrow::Type::STRUCT;
    case WireForm::kNumericText:
      return arrow::is_decimal(wanted.id());
    default:
      // What PostgreSQL prints of it.
      return wanted.id() == arrow::Type::STRING && own.arrow_type->num_fields() > 0;
  }
}

/// Of a struct that no header told about the types of its columns.
arrow::Result<bool> IsReadableAs(const TaskColumn& wanted,
                                 const ColumnDescription& column) {
  ARROW_ASSIGN_OR_RAISE(const auto type, ParseArrowType(wanted.arrow_type));
  const auto own = MapType(*column.type, column.typmod, column.name);
  if (own.ok() && !Fits(*type, *own)) return false;
  if (IsAsTheTypeTableSays(wanted, column)) return true;
  if (wanted.declared.empty()) return false;
  ARROW_ASSIGN_OR_RAISE(const DeclaredType declared, ParseDeclaredType(wanted.declared));
  const auto mapping = MapDeclared(*column.type, column.typmod, declared, column.name);
  return mapping.ok() && ArrowTypeText(*mapping->arrow_type) == wanted.arrow_type;
}

/// Why one column of the struct does not fit; "" if it does.
arrow::Result<std::string> ProblemOf(const TaskColumn& wanted,
                                     const TableDescription& table, bool is_query) {
  const auto found =
      std::ranges::find(table.columns, wanted.name, &ColumnDescription::name);
  if (found == table.columns.end()) return "there is no column " + wanted.name;
  const std::string type = RenderTypeName(*found->type, found->typmod);
  if (!wanted.type.empty() && type != wanted.type) {
    return wanted.name + " is " + type + " and was " + wanted.type;
  }
  if (wanted.type.empty() && !wanted.arrow_type.empty()) {
    ARROW_ASSIGN_OR_RAISE(const bool is_readable, IsReadableAs(wanted, *found));
    if (!is_readable) {
      return Misfit(wanted.name, type,
                    wanted.declared.empty() ? wanted.arrow_type : wanted.declared);
    }
  }
  if (!is_query && !wanted.is_nullable && !found->is_not_null) {
    return wanted.name + " may be NULL, for which the struct has no room";
  }
  return "";
}

std::string HintForQuery(const TaskRead& read) {
  const bool is_generated = std::ranges::any_of(
      read.columns, [](const auto& one) { return !one.type.empty(); });
  return is_generated ? "run `carmilla generate --query FILE` for its struct again"
                      : "correct the member, or cast and name the column in the SQL";
}

/// Compares the struct with the catalog and tells all that is different.
arrow::Status CheckHeader(const TaskRead& read, const TableDescription& table) {
  const bool is_query = read.kind == TaskReadKind::kQuery;
  std::vector<std::string> problems;
  for (const TaskColumn& wanted : read.columns) {
    ARROW_ASSIGN_OR_RAISE(std::string problem, ProblemOf(wanted, table, is_query));
    problems.push_back(std::move(problem));
  }
  const std::string relation = is_query ? "the query" : table.name.ToString();
  return RefuseMisfits("reading " + relation, "the database has", problems,
                       is_query
                           ? HintForQuery(read)
                           : "run `carmilla generate " + relation + "` and build again");
}

arrow::Result<TableDescription> Describe(Session& session, const TaskRead& read) {
  if (read.kind == TaskReadKind::kQuery) return DescribeQuery(session, read.query);
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
    const auto found =
        std::ranges::find(table.columns, column.name, &ColumnDescription::name);
    const bool is_plain = column.type.empty() && IsAsTheTypeTableSays(column, *found);
    if (column.declared.empty() || is_plain) continue;
    ARROW_ASSIGN_OR_RAISE(const DeclaredType type, ParseDeclaredType(column.declared));
    entry.types.emplace(column.name, DeclaredColumn{.type = type, .position = {}});
  }
  return PlanRelation(session, configuration, entry, std::move(table), read.query,
                      read.limit);
}

}  // namespace carmilla
