#pragma once

#include "lake/json_members.h"
#include "lake/manifest.h"

namespace carmilla {

// The members of a manifest, in order: docs/formats/manifest.md. `Members` is
// JsonMemberWriter or JsonMemberReader; the second parameter is const for the writer.
// Older formats are still read: a new member stands behind Knows(its format).

template <typename Members, typename Column>
void DescribeColumn(Members& members, Column& column) {
  members.Value("name", column.name);
  members.Value("postgres_type", column.postgres_type);
  members.Value("arrow_type", column.arrow_type);
  members.Value("parquet_type", column.parquet_type);
  members.Value("glue_type", column.glue_type);
  members.Value("not_null", column.is_not_null);
  members.Named("policy_counts", column.policy_counts);
  if (members.Knows(2)) members.Value("unusual_years", column.unusual_years);
  if (members.Knows(3)) members.Value("comment", column.comment);
  if (members.Knows(3)) members.Value("srid", column.srid);
}

template <typename Members, typename Source>
void DescribeSource(Members& members, Source& source) {
  members.Value("relation", source.relation);
  members.Value("oid", source.oid);
  members.Values("leaf_oids", source.leaf_oids);
  members.Value("server_version", source.server_version);
  members.Value("system_identifier", source.system_identifier);
  members.Value("timeline", source.timeline);
  members.Value("database", source.database);
  members.Value("in_recovery", source.is_in_recovery);
  members.Value("snapshot", source.snapshot);
  members.Value("snapshot_time", source.snapshot_time);
  members.Value("lsn", source.lsn);
  members.Value("consistency", source.consistency);
  members.Value("where", source.where);
  if (members.Knows(2)) members.Value("transport", source.transport);
}

template <typename Members, typename Model>
void DescribeModel(Members& members, Model& model) {
  members.Value("name", model.name);
  members.Value("engine", model.engine);
  members.Value("sql_sha256", model.sql_sha256);
  members.Named("inputs", model.inputs);
}

template <typename Members, typename Plan>
void DescribePlan(Members& members, Plan& plan) {
  members.Value("compression", plan.compression);
  members.Value("range_bytes", plan.range_bytes);
  members.Value("row_group_bytes", plan.row_group_bytes);
  members.Value("scan", plan.scan);
}

template <typename Members, typename File>
void DescribeFile(Members& members, File& file) {
  members.Value("key", file.key);
  members.Named("partition", file.partition);
  members.Value("rows", file.rows);
  members.Value("bytes", file.bytes);
  members.Checksum("crc32c", file.crc32c);
  members.Proofs("nulls", "hashes", file.columns);
}

template <typename Members, typename AnyManifest>
void DescribeManifest(Members& members, AnyManifest& manifest) {
  constexpr auto kSource = [](auto& inner, auto& value) { DescribeSource(inner, value); };
  constexpr auto kModel = [](auto& inner, auto& value) { DescribeModel(inner, value); };
  constexpr auto kPlan = [](auto& inner, auto& value) { DescribePlan(inner, value); };
  constexpr auto kColumn = [](auto& inner, auto& value) { DescribeColumn(inner, value); };
  constexpr auto kFile = [](auto& inner, auto& value) { DescribeFile(inner, value); };
  members.Value("table", manifest.table);
  members.Value("run_id", manifest.run_id);
  members.Value("previous_run_id", manifest.previous_run_id);
  if (members.Knows(3)) members.Value("comment", manifest.comment);
  members.Value("created_at", manifest.created_at);
  members.Value("writer", manifest.writer);
  members.Object("source", manifest.source, kSource);
  if (members.Knows(4)) members.Object("model", manifest.model, kModel);
  members.Object("plan", manifest.plan, kPlan);
  members.Objects("columns", manifest.columns, kColumn);
  members.Values("partition_columns", manifest.partition_columns);
  members.Objects("files", manifest.files, kFile);
}

}  // namespace carmilla
