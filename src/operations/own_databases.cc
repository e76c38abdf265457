#include "operations/own_databases.h"

#include <set>
#include <vector>

#include "core/sql_statement.h"
#include "duck/sql_reader.h"
#include "duck/sql_text.h"
#include "operations/model_set.h"

namespace carmilla {
namespace {

/// The tables that `sql` names. What only Athena can read may name more than it does,
/// which costs nothing.
arrow::Result<std::set<std::string>> TablesNamed(const OwnDatabases& databases,
                                                 std::string_view sql) {
  const ExplainText explained = TakeExplainApart(sql);
  const std::string statement(WithoutSemicolon(
      explained.statement.empty() ? sql : explained.statement, SqlDialect::kTrino));
  ARROW_ASSIGN_OR_RAISE(const SqlReader reader, SqlReader::Open());
  auto read = reader.TablesOf(statement);
  if (read.ok()) return read;
  std::set<std::string> named;
  for (const auto& [table, database] : databases) {
    if (MayName(statement, table)) named.insert(table);
  }
  return named;
}

}  // namespace

OwnDatabases DatabasesOf(const GlueConfiguration& glue) {
  OwnDatabases databases;
  for (const auto& [table, target] : glue.tables) {
    if (target.database != glue.database) databases.emplace(table, target.database);
  }
  return databases;
}

arrow::Result<std::string> InOwnDatabases(const OwnDatabases& databases,
                                          std::string_view sql) {
  if (databases.empty()) return std::string(sql);
  ARROW_ASSIGN_OR_RAISE(const std::set<std::string> named, TablesNamed(databases, sql));
  std::vector<CommonExpression> expressions;
  for (const auto& [table, database] : databases) {
    if (!named.contains(table)) continue;
    expressions.push_back({.name = table,
                           .select = "SELECT * FROM " + QuoteDuckIdentifier(database) +
                                     "." + QuoteDuckIdentifier(table)});
  }
  return WithExpressions(expressions, sql);
}

}  // namespace carmilla
