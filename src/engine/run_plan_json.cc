#include "engine/run_plan_json.h"

#include <cmath>

#include "core/error.h"
#include "core/json.h"
#include "engine/run_estimate.h"
#include "types/arrow_type_text.h"

// docs/formats/plan.md describes the members.

namespace carmilla {
namespace {

constexpr int64_t kFormatVersion = 1;

std::string_view NameOf(RelationKind kind) {
  constexpr std::string_view kNames[] = {"table", "partitioned_table", "view",
                                         "materialized_view", "foreign_table"};
  return kNames[static_cast<int>(kind)];
}

std::string_view NameOf(ScanMethod method) {
  constexpr std::string_view kNames[] = {"sequential", "ranges", "stream"};
  return kNames[static_cast<int>(method)];
}

Json ToJson(const ColumnPlan& column) {
  const ColumnDescription& description = column.description;
  Json json{{"name", description.name},
            {"postgres_type", RenderTypeName(*description.type, description.typmod)},
            {"not_null", description.is_not_null},
            {"arrow_type", ArrowTypeText(*column.mapping.arrow_type)},
            {"parquet_type", column.mapping.parquet},
            {"glue_type", column.mapping.glue},
            {"note", column.mapping.note}};
  for (const PolicyField& field : kPolicyFields) {
    json[std::string(field.name)] = NameOf(column.policies.*field.member);
  }
  if (!column.derived_from.empty()) {
    json["derived_from"] = column.derived_from;
    json["on_misfit"] = NameOf(column.on_misfit);
  }
  if (column.mask.has_value()) json["mask"] = MaskText(*column.mask);
  return json;
}

Json PartitionJson(const std::optional<PartitionBy>& partition) {
  if (!partition) return nullptr;
  return {{"column", partition->column},
          {"every", NameOf(partition->every)},
          {"as", partition->as}};
}

Json ToJson(const TablePlan& table, int workers) {
  const TableDescription& description = table.table;
  Json json{{"name", table.name},
            {"relation", description.name.ToString()},
            {"kind", NameOf(description.kind)},
            {"rows", nullptr},
            {"read_bytes", description.total_bytes},
            {"seconds", EstimatedDuration(description.total_bytes, workers).count()},
            {"files", EstimatedFiles(table)},
            {"stored_bytes", EstimatedStoredBytes(table)},
            {"leaves", description.leaves.size()},
            {"ranges", table.NumRanges()},
            {"scan", NameOf(table.method)},
            {"where", table.where},
            {"compression", NameOf(table.compression)},
            {"proof", NameOf(table.proof)},
            {"layout", NameOf(table.layout)},
            {"partition_by", PartitionJson(table.partition_by)},
            {"primary_key", description.primary_key},
            {"notes", table.warnings}};
  if (description.estimated_rows >= 0) {
    json["rows"] = std::llround(description.estimated_rows);
  }
  Json columns = Json::array();
  for (const ColumnPlan& column : table.columns) columns.push_back(ToJson(column));
  json["columns"] = std::move(columns);
  return json;
}

Json ToJson(const RefusedTable& refused) {
  return {{"name", refused.name},
          {"relation", refused.relation},
          {"error",
           {{"kind", InfoOf(KindOf(refused.reason)).name},
            {"message", refused.reason.message()},
            {"hint", HintOf(refused.reason)}}}};
}

Json EstimateJson(const RunPlan& plan) {
  const int64_t bytes = EstimatedBytes(plan);
  return {{"read_bytes", bytes},
          {"bytes_per_second", AssumedBytesPerSecond(plan.workers)},
          {"seconds", EstimatedDuration(bytes, plan.workers).count()},
          {"stored_bytes", EstimatedStoredBytes(plan)},
          {"files", EstimatedFiles(plan)}};
}

}  // namespace

std::string SerializeRunPlan(const RunPlan& plan) {
  Json json{{"format", kFormatVersion},
            {"source", plan.source},
            {"server",
             {{"version", plan.server.version},
              {"database", plan.server.database},
              {"user", plan.server.user},
              {"is_replica", plan.server.is_in_recovery},
              {"transport", NameOf(plan.server.transport)}}},
            {"gentleness", NameOf(plan.gentleness)},
            {"workers", plan.workers},
            {"connections", plan.workers + 1},
            {"consistency", plan.consistency == Consistency::kRun ? "run" : "table"},
            {"consistency_reason", plan.consistency_reason},
            {"max_snapshot_age_seconds", plan.max_snapshot_age.count()},
            {"memory_bytes", plan.memory_bytes},
            {"row_group_bytes", plan.row_group_bytes},
            {"max_row_bytes", plan.max_row_bytes},
            {"estimate", EstimateJson(plan)}};
  Json tables = Json::array();
  for (const TablePlan& table : plan.tables) {
    tables.push_back(ToJson(table, plan.workers));
  }
  json["tables"] = std::move(tables);
  Json refused = Json::array();
  for (const RefusedTable& table : plan.refused) refused.push_back(ToJson(table));
  json["refused"] = std::move(refused);
  Json ignored = Json::array();
  for (const RelationName& name : plan.ignored) ignored.push_back(name.ToString());
  json["ignored"] = std::move(ignored);
  Json vanished = Json::array();
  for (const VanishedTable& table : plan.vanished) {
    vanished.push_back(
        {{"name", table.name}, {"relation", table.relation}, {"run_id", table.run_id}});
  }
  json["vanished"] = std::move(vanished);
  json["not_run"] = plan.not_run;
  json["notes"] = plan.notes;
  if (!plan.tasks.empty()) json["tasks"] = plan.tasks;
  return DumpJson(json, /*indent=*/1) + "\n";
}

}  // namespace carmilla
