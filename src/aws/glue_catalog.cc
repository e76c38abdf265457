#include "aws/glue_catalog.h"

#include <map>
#include <utility>
#include <vector>

#include "aws/athena_views.h"
#include "aws/glue_format.h"
#include "aws/json_answer.h"
#include "core/error.h"
#include "core/failpoint.h"

namespace carmilla {
namespace {

// Each repetition means that another process changed the table in between.
constexpr int kMaxAttempts = 20;

bool HasSameKeys(const Json& shown, const Json& input) {
  const Json& keys = MemberOf(shown, "PartitionKeys");
  const Json& wanted = input["PartitionKeys"];
  return keys.size() == wanted.size() && (wanted.empty() || GlueShows(keys, wanted));
}

// What has to be done so that the partitions are as they should be.
struct PartitionChanges {
  std::vector<Json> created;
  std::vector<Json> updated;
  std::vector<Json> deleted;  ///< Lists of values.

  bool empty() const { return created.empty() && updated.empty() && deleted.empty(); }
};

PartitionChanges Compare(const CatalogTable& table,
                         const std::map<std::vector<std::string>, Json>& shown) {
  PartitionChanges changes;
  std::map<std::vector<std::string>, Json> stale = shown;
  for (const CatalogPartition& partition : table.partitions) {
    Json input = GluePartitionInput(table, partition);
    const auto found = stale.find(partition.values);
    if (found == stale.end()) {
      changes.created.push_back(std::move(input));
      continue;
    }
    // The columns are not told; their fingerprint is a parameter.
    Json compared = input;
    compared["StorageDescriptor"].erase("Columns");
    if (!GlueShows(found->second, compared)) changes.updated.push_back(std::move(input));
    stale.erase(found);
  }
  for (const auto& [values, partition] : stale) changes.deleted.emplace_back(values);
  return changes;
}

}  // namespace

arrow::Status GlueCatalog::Prepare() {
  ARROW_ASSIGN_OR_RAISE(const bool has_database, glue_.HasDatabase());
  if (has_database) return arrow::Status::OK();
  const auto created = glue_.CreateDatabase();
  if (!created.ok()) {
    return WithContext(created.status(), "making the missing database of the catalog");
  }
  if (created->is_made) return arrow::Status::OK();
  // Another run was faster, or the answer was lost.
  ARROW_ASSIGN_OR_RAISE(const bool has_it_now, glue_.HasDatabase());
  if (has_it_now) return arrow::Status::OK();
  if (!created->problem.ok()) return created->problem;
  return MakeError(
      ErrorKind::kUnavailable,
      "making a database of the catalog: Glue does not show it: " + glue_.database(),
      "run it again");
}

arrow::Status GlueCatalog::CheckMayChange(std::string_view name,
                                          const GlueTable& shown) const {
  if (IsViewOfOurs(shown.table)) {
    return MakeError(
        ErrorKind::kConfiguration,
        "following the catalog: the model was a view on Athena: " + glue_.database() +
            "." + std::string(name),
        "remove that (DROP VIEW " + std::string(name) + ") and run it again");
  }
  const std::string type = TextOf(shown.table, "TableType");
  const Json& parameters = MemberOf(shown.table, "Parameters");
  if (type == "VIRTUAL_VIEW" || !TextOf(parameters, "table_type").empty()) {
    return MakeError(ErrorKind::kConfiguration,
                     "following the catalog: a view, or a table of Iceberg's kind, has "
                     "the name of the table: " +
                         glue_.database() + "." + std::string(name),
                     "give the table another name with `as:`");
  }
  if (options_.is_adopting || TextOf(parameters, kGlueTableMarker) == name) {
    return arrow::Status::OK();
  }
  return MakeError(
      ErrorKind::kConfiguration,
      "following the catalog: somebody else's table has this name: " + glue_.database() +
          "." + std::string(name),
      "give the table another name with `as:`, or take that one over with `adopt: true`");
}

arrow::Result<GlueChange> GlueCatalog::ShowTable(const CatalogTable& table,
                                                 const std::optional<GlueTable>& shown) {
  const Json input = GlueTableInput(table);
  if (!shown.has_value()) return glue_.CreateTable(input);
  if (!HasSameKeys(shown->table, input)) {
    return MakeError(ErrorKind::kUnsupported,
                     "following the catalog: Glue cannot change the partition columns "
                     "of a table: " +
                         glue_.database() + "." + table.table,
                     "delete the table in Glue (its files stay) and run `carmilla "
                     "status`, which registers it again");
  }
  if (GlueShows(shown->table, input)) return GlueChange{.is_made = true};
  return glue_.UpdateTable(KeepOtherParameters(input, shown->table), shown->version_id);
}

arrow::Result<GlueChange> GlueCatalog::ShowPartitions(const CatalogTable& table,
                                                      bool* has_changed) {
  std::map<std::vector<std::string>, Json> shown;
  ARROW_RETURN_NOT_OK(glue_.GetPartitions(table.table, [&shown](const Json& partition) {
    std::vector<std::string> values;
    for (const Json& value : MemberOf(partition, "Values")) {
      values.push_back(value.is_string() ? value.get<std::string>() : "");
    }
    shown.emplace(std::move(values), partition);
    return arrow::Status::OK();
  }));
  const PartitionChanges changes = Compare(table, shown);
  *has_changed = !changes.empty();
  ARROW_ASSIGN_OR_RAISE(GlueChange change,
                        glue_.CreatePartitions(table.table, changes.created));
  if (!change.is_made) return change;
  ARROW_RETURN_NOT_OK(Failpoint("glue.partitions_created"));
  ARROW_ASSIGN_OR_RAISE(change, glue_.UpdatePartitions(table.table, changes.updated));
  if (!change.is_made) return change;
  return glue_.DeletePartitions(table.table, changes.deleted);
}

arrow::Status GlueCatalog::Follow(std::string_view table, const ReadCurrent& current) {
  arrow::Status problem;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (attempt > 0) glue_.Wait(attempt);
    // The version before the pointer: whoever moves the pointer after it was read here
    // changes the version too, and this update is refused.
    ARROW_ASSIGN_OR_RAISE(const std::optional<GlueTable> shown, glue_.GetTable(table));
    if (shown.has_value()) ARROW_RETURN_NOT_OK(CheckMayChange(table, *shown));
    ARROW_ASSIGN_OR_RAISE(const std::optional<CatalogTable> wanted, current());
    if (!wanted.has_value()) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(Failpoint("glue.pointer_read"));
    ARROW_ASSIGN_OR_RAISE(GlueChange change, ShowTable(*wanted, shown));
    problem = change.problem;
    if (!change.is_made) continue;
    if (wanted->partition_columns.empty()) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(Failpoint("glue.table_shown"));
    bool has_changed = false;
    ARROW_ASSIGN_OR_RAISE(change, ShowPartitions(*wanted, &has_changed));
    problem = change.problem;
    if (!change.is_made) continue;
    if (!has_changed) return arrow::Status::OK();
    // Partitions have no version: what was changed may have been a newer process's.
    ARROW_ASSIGN_OR_RAISE(const std::optional<CatalogTable> now, current());
    if (now.has_value() && now->run_id == wanted->run_id) return arrow::Status::OK();
  }
  if (!problem.ok()) return WithContext(problem, "following the catalog");
  return MakeError(ErrorKind::kConflict,
                   "following the catalog: other processes keep changing the table: " +
                       glue_.database() + "." + std::string(table),
                   "run it again; nothing is damaged");
}

}  // namespace carmilla
