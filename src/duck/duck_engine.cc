#include "duck/duck_engine.h"

#include <stop_token>
#include <utility>
#include <vector>

#include "core/error.h"
#include "duck/duck_instance.h"
#include "duck/duck_result.h"
#include "duck/duck_type.h"
#include "duck/sql_text.h"

namespace carmilla {
namespace {

constexpr std::string_view kDoing = "reading the query";

arrow::Status Refused(std::string problem, std::string hint) {
  return MakeError(ErrorKind::kQuery, "reading the query: " + std::move(problem),
                   std::move(hint));
}

arrow::Status RefusedAsWriting() {
  return Refused(
      "only statements that read are allowed",
      "write SELECT, WITH, FROM, VALUES, SHOW, DESCRIBE, SUMMARIZE or EXPLAIN");
}

/// Prepares the only statement of `sql`.
arrow::Result<DuckPrepared> PrepareSingle(duckdb_connection connection,
                                          const std::string& sql,
                                          const DuckCatalog& catalog) {
  DuckStatements statements;
  const idx_t num_statements =
      Duck().extract_statements(connection, sql.c_str(), statements.Receive());
  if (num_statements == 0) {
    const char* message = Duck().extract_statements_error(statements.get());
    if (message != nullptr) return DuckError(kDoing, message, catalog);
    return Refused("it is empty", "such as SELECT count(*) FROM orders");
  }
  if (num_statements > 1) {
    return Refused("it has several statements",
                   "run them one by one; a PIVOT needs its values: ON column IN (...)");
  }
  DuckPrepared prepared;
  if (Duck().prepare_extracted_statement(connection, statements.get(), 0,
                                         prepared.Receive()) != DuckDBSuccess) {
    const char* message = Duck().prepare_error(prepared.get());
    return DuckError(kDoing, message == nullptr ? "unknown" : message, catalog);
  }
  if (Duck().nparams(prepared.get()) > 0) {
    return Refused("it has parameters", "write the values into the query");
  }
  return prepared;
}

/// Prepares `sql` if it is one statement that only reads.
arrow::Result<DuckPrepared> PrepareReading(duckdb_connection connection,
                                           const std::string& sql,
                                           const DuckCatalog& catalog) {
  // The function opens log files; where they are not allowed, closing the engine would
  // abort.
  if (LowerDuckName(sql).find("enable_logging") != std::string::npos) {
    return RefusedAsWriting();
  }
  ARROW_ASSIGN_OR_RAISE(DuckPrepared prepared, PrepareSingle(connection, sql, catalog));
  const duckdb_statement_type type = Duck().prepared_statement_type(prepared.get());
  if (type == DUCKDB_STATEMENT_TYPE_SELECT) return prepared;
  if (type != DUCKDB_STATEMENT_TYPE_EXPLAIN) return RefusedAsWriting();
  // EXPLAIN ANALYZE runs what it explains, so that is prepared and judged on its own
  // first.
  const ExplainText explain = TakeExplainApart(sql);
  ARROW_ASSIGN_OR_RAISE(const DuckPrepared inner,
                        PrepareSingle(connection, explain.statement, catalog));
  if (Duck().prepared_statement_type(inner.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
    return RefusedAsWriting();
  }
  const std::string prefix = explain.is_analyze ? "EXPLAIN ANALYZE " : "EXPLAIN ";
  return PrepareSingle(connection, prefix + explain.statement, catalog);
}

/// Renders a column's expression in a SELECT that hands it out under `name`.
std::string OutputExpression(std::string column, const DuckLogicalType& type,
                             std::string_view name) {
  const std::string output_type = DuckOutputTypeName(type.get());
  if (output_type != DuckTypeName(type.get())) {
    column.insert(0, "CAST(").append(" AS ").append(output_type).append(")");
  }
  return column.append(" AS ").append(QuoteDuckIdentifier(name));
}

/// A prepared statement whose columns may leave the engine, and what their types were
/// before.
struct OutputStatement {
  DuckPrepared prepared;
  std::vector<std::string> type_names;
};

/// Wraps a SELECT that has columns of types that may not leave as they are.
arrow::Result<OutputStatement> CastForOutput(duckdb_connection connection,
                                             const std::string& sql,
                                             DuckPrepared prepared,
                                             const DuckCatalog& catalog) {
  OutputStatement statement;
  std::string expressions;
  std::string aliases;
  bool is_cast_needed = false;
  const idx_t num_columns = Duck().prepared_statement_column_count(prepared.get());
  for (idx_t i = 0; i < num_columns; ++i) {
    const DuckLogicalType type(
        Duck().prepared_statement_column_logical_type(prepared.get(), i));
    const DuckText name(Duck().prepared_statement_column_name(prepared.get(), i));
    const std::string alias = "c" + std::to_string(i);
    const std::string separator = i == 0 ? "" : ", ";
    aliases += separator + alias;
    expressions += separator + OutputExpression(alias, type, name.get());
    statement.type_names.push_back(DuckTypeName(type.get()));
    if (DuckOutputTypeName(type.get()) != statement.type_names.back()) {
      is_cast_needed = true;
    }
  }
  if (is_cast_needed) {
    // query() takes a trailing semicolon or comment, which parentheses would not.
    const std::string wrapped = "SELECT " + expressions + " FROM query(" +
                                QuoteDuckText(sql) + ") AS result(" + aliases + ")";
    ARROW_ASSIGN_OR_RAISE(prepared, PrepareSingle(connection, wrapped, catalog));
  }
  statement.prepared = std::move(prepared);
  return statement;
}

class DuckEngine final : public QueryEngine {
 public:
  explicit DuckEngine(std::shared_ptr<DuckInstance> instance)
      : instance_(std::move(instance)) {}

  arrow::Result<std::unique_ptr<QueryResult>> Execute(std::string_view sql,
                                                      std::stop_token stop) override {
    if (sql.find('\0') != std::string_view::npos) {
      return Refused("it holds a zero byte", "");
    }
    const std::string text(sql);
    const DuckCatalog& catalog = instance_->catalog();
    // A connection for each result: a second statement would end the first one's rows.
    ARROW_ASSIGN_OR_RAISE(DuckConnection connection, instance_->Connect());
    ARROW_ASSIGN_OR_RAISE(DuckPrepared prepared,
                          PrepareReading(connection.get(), text, catalog));
    ARROW_ASSIGN_OR_RAISE(
        OutputStatement statement,
        CastForOutput(connection.get(), text, std::move(prepared), catalog));
    auto result = std::make_unique<DuckResult>(instance_, std::move(connection),
                                               std::move(statement.type_names));
    ARROW_RETURN_NOT_OK(result->Start(statement.prepared, stop));
    return result;
  }

 private:
  std::shared_ptr<DuckInstance> instance_;
};

}  // namespace

arrow::Result<std::unique_ptr<QueryEngine>> OpenDuckEngine(
    std::span<const QueryTable> tables, const DuckOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto instance, DuckInstance::Open(tables, options));
  return std::make_unique<DuckEngine>(std::move(instance));
}

}  // namespace carmilla
