#include "operations/source_measures.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/run_id.h"
#include "engine/runner.h"
#include "engine/source_connection.h"
#include "postgres/identifier.h"
#include "postgres/session.h"
#include "types/built_in_oid.h"

namespace carmilla {
namespace {

/// Whether a value goes into the lake as it is, but for its type.
bool IsTakenAsItIs(const ColumnPlan& column, const Manifest& manifest) {
  const auto stored =
      std::ranges::find(manifest.columns, column.WrittenName(), &ManifestColumn::name);
  return stored != manifest.columns.end() && stored->policy_counts.empty() &&
         column.derived_from.empty() && !column.mask.has_value();
}

/// The sum of the same numbers in PostgreSQL; "" where its type is another one there.
std::string SumExpression(MeasureKind kind, const TypeMapping& mapping,
                          const std::string& column) {
  switch (kind) {
    case MeasureKind::kSum: {
      const bool is_number =
          mapping.wire == WireForm::kInt16 || mapping.wire == WireForm::kInt32 ||
          mapping.wire == WireForm::kInt64 ||
          (mapping.wire == WireForm::kNumericDecimal && !mapping.is_narrower);
      return is_number ? "sum(" + column + ")" : "";
    }
    case MeasureKind::kTrue:
      return "sum(" + column + "::int)";
    case MeasureKind::kDays:  // Infinity has no number of days.
      return mapping.wire == WireForm::kDate
                 ? "sum(" + column + " - date '1970-01-01') FILTER (WHERE isfinite(" +
                       column + "))"
                 : "";
    default:
      return "";
  }
}

/// Lengths are those of what the database prints only where it prints it as it is.
std::string LengthExpression(const ColumnDescription& column, const TypeMapping& mapping,
                             const std::string& name) {
  const bool is_text = column.type->oid == built_in_oid::kText ||
                       column.type->oid == built_in_oid::kVarchar;
  if (!is_text || mapping.wire != WireForm::kText || !mapping.select.is_plain())
    return "";
  return "sum(length(" + name + "))";
}

arrow::Result<std::string> Expression(const TableMeasure& measure, const TablePlan& plan,
                                      const Manifest& manifest) {
  if (measure.kind == MeasureKind::kRows) return "count(*)";
  const auto column =
      std::ranges::find(plan.columns, measure.column, &ColumnPlan::WrittenName);
  if (column == plan.columns.end() || !IsTakenAsItIs(*column, manifest)) return "";
  ARROW_ASSIGN_OR_RAISE(const std::string name,
                        QuoteIdentifier(column->description.name));
  if (measure.kind == MeasureKind::kValues) return "count(" + name + ")";
  if (measure.kind == MeasureKind::kCharacters) {
    return LengthExpression(column->description, column->mapping, name);
  }
  return SumExpression(measure.kind, column->mapping, name);
}

arrow::Result<std::string> FromClause(const TablePlan& plan) {
  ARROW_ASSIGN_OR_RAISE(const std::string relation, QuoteRelation(plan.table.name));
  const bool has_own_rows = plan.table.kind != RelationKind::kPartitionedTable;
  std::string from = (has_own_rows ? " FROM ONLY " : " FROM ") + relation;
  if (!plan.where.empty()) from += " WHERE (" + plan.where + "\n)";
  return from;
}

arrow::Result<TablePlan> PlanTable(const Configuration& configuration,
                                   const Manifest& manifest, bool names_for_athena,
                                   const std::string& run_id,
                                   const std::stop_token& stop) {
  RunRequest request{.configuration = configuration};
  request.options.tables = {manifest.source.relation};
  request.options.names_for_athena = names_for_athena;
  request.destination.run_id = run_id;
  ARROW_ASSIGN_OR_RAISE(RunPlan plan, PlanOnly(request, stop));
  for (TablePlan& table : plan.tables) {
    if (table.name == manifest.table) return std::move(table);
  }
  for (const RefusedTable& refused : plan.refused) {
    if (refused.name == manifest.table) return refused.reason;
  }
  return MakeError(ErrorKind::kUnknownRelation,
                   "reading the source: the configuration has no table of this name: " +
                       manifest.table,
                   "`carmilla plan` lists them");
}

}  // namespace

arrow::Result<SourceMeasures> MeasureSource(const Configuration& configuration,
                                            const Manifest& manifest,
                                            std::span<const TableMeasure> measures,
                                            const std::stop_token& stop) {
  const std::string run_id = MakeRunId(std::chrono::system_clock::now());
  ARROW_ASSIGN_OR_RAISE(const TablePlan plan,
                        PlanTable(configuration, manifest,
                                  configuration.lake.glue.has_value(), run_id, stop));
  ARROW_ASSIGN_OR_RAISE(const ConnectionSettings settings,
                        SourceSettings(configuration, run_id));
  ARROW_ASSIGN_OR_RAISE(const auto session, Session::Connect(settings, stop));
  const bool counts_bytes = session->server().encoding == "SQL_ASCII";
  std::string sql = "SELECT to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
  std::vector<size_t> asked;
  for (size_t index = 0; index < measures.size(); ++index) {
    ARROW_ASSIGN_OR_RAISE(const std::string expression,
                          Expression(measures[index], plan, manifest));
    const bool is_length = measures[index].kind == MeasureKind::kCharacters;
    if (expression.empty() || (is_length && counts_bytes)) continue;
    asked.push_back(index);
    sql += ", (" + expression + ")::text";
  }
  ARROW_ASSIGN_OR_RAISE(const std::string from, FromClause(plan));
  ARROW_ASSIGN_OR_RAISE(const QueryRows answer, session->Query(sql + from));
  SourceMeasures source{.values = MeasureValues(measures.size()),
                        .read_at = answer.At(0, 0)};
  for (size_t place = 0; place < asked.size(); ++place) {
    source.values[asked[place]] = answer.At(0, place + 1);
  }
  return source;
}

}  // namespace carmilla
