#include "engine/manifest_builder.h"

#include <ctime>

#include "core/version.h"
#include "types/arrow_type_text.h"

namespace carmilla {
namespace {

const char* NameOf(ScanMethod method) {
  switch (method) {
    case ScanMethod::kSequential:
      return "sequential";
    case ScanMethod::kBlockRange:
      return "ranges";
    case ScanMethod::kStream:
      return "stream";
  }
  return "";
}

ManifestColumn Describe(const ColumnPlan& column, const PolicyCounts& counts) {
  const auto& type = column.description.type;
  ManifestColumn described{
      .name = column.WrittenName(),
      .postgres_type = type == nullptr  // A task made it.
                           ? ""
                           : RenderTypeName(*type, column.description.typmod),
      .arrow_type = ArrowTypeText(*column.mapping.arrow_type),
      .parquet_type = column.mapping.parquet,
      .glue_type = column.mapping.glue,
      .is_not_null = column.description.is_not_null,
      .comment = column.description.comment,
      .srid = column.mapping.srid};
  for (const auto& [policy, count] : {std::pair("on_nan", counts.nan),
                                      {"on_infinity", counts.infinity},
                                      {"on_out_of_range", counts.out_of_range},
                                      {"on_precision", counts.precision},
                                      {"on_array_shape", counts.array_shape},
                                      {"on_invalid_utf8", counts.invalid_utf8},
                                      {"on_misfit", counts.misfit}}) {
    if (count > 0) described.policy_counts.emplace_back(policy, count);
  }
  described.unusual_years = counts.unusual_years;
  return described;
}

ManifestSource DescribeSource(const RunPlan& run, const TablePlan& table,
                              const SnapshotToken& snapshot) {
  ManifestSource source{
      .relation = table.query.empty() ? table.Origin() : table.query,
      .oid = table.table.oid,
      .server_version = run.server.version,
      .system_identifier = run.server.system_identifier,
      .timeline = run.server.timeline,
      .database = run.server.database,
      .is_in_recovery = run.server.is_in_recovery,
      .snapshot = snapshot.contents,
      .snapshot_time = snapshot.taken_at,
      .lsn = snapshot.lsn,
      .consistency = run.consistency == Consistency::kRun ? "run" : "table",
      .where = table.where,
      .transport = std::string(NameOf(run.server.transport))};
  for (const LeafDescription& leaf : table.table.leaves)
    source.leaf_oids.push_back(leaf.oid);
  return source;
}

/// Only a task's.
ManifestModel DescribeModel(const TablePlan& table) {
  if (table.task.empty()) return {};
  ManifestModel model{.name = table.task, .engine = std::string(kTaskEngine)};
  for (const std::string& input : table.task_inputs) model.inputs.emplace_back(input, "");
  return model;
}

}  // namespace

std::string ManifestTime(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// Both clocks: that of the server decides what is later, but a version that was there
// when the run began is replaced whatever the server's clock said then.
bool IsNewer(const Manifest& published, const SnapshotToken& snapshot,
             const ServerIdentity& server, std::string_view begun_at) {
  return published.created_at >= begun_at &&
         published.source.system_identifier == server.system_identifier &&
         published.source.snapshot_time > snapshot.taken_at;
}

std::string WriterName() { return std::string("carmilla ") + kVersion; }

Manifest BuildManifest(const RunPlan& run, const TablePlan& table,
                       const TableExtraction& extraction, const SnapshotToken& snapshot,
                       const std::string& run_id, const std::string& previous_run_id) {
  Manifest manifest{.table = table.name,
                    .run_id = run_id,
                    .previous_run_id = previous_run_id,
                    .comment = table.table.comment,
                    .created_at = ManifestTime(std::chrono::system_clock::now()),
                    .writer = WriterName(),
                    .source = DescribeSource(run, table, snapshot),
                    .model = DescribeModel(table),
                    .plan = {.compression = std::string(NameOf(table.compression)),
                             .range_bytes = table.range_bytes,
                             .row_group_bytes = run.row_group_bytes,
                             .scan = table.task.empty() ? NameOf(table.method) : ""},
                    .files = extraction.files};
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const PolicyCounts counts = i < extraction.policy_counts.size()
                                    ? extraction.policy_counts[i]
                                    : PolicyCounts{};
    manifest.columns.push_back(Describe(table.columns[i], counts));
  }
  if (table.partition_by) manifest.partition_columns.push_back(table.partition_by->as);
  return manifest;
}

}  // namespace carmilla
