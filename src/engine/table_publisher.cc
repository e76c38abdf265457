#include "engine/table_publisher.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/log.h"
#include "engine/manifest_builder.h"
#include "lake/catalog_table.h"
#include "lake/lake_keys.h"

namespace carmilla {
namespace {

bool IsOwnedBy(const ManifestModel& owner, const TablePlan& table) {
  if (table.task.empty()) return owner.name.empty();
  return owner.engine == kTaskEngine && owner.name == table.task;
}

TableOutcome Describe(const TablePlan& table, const TableExtraction& extraction) {
  TableOutcome outcome{.name = table.name,
                       .relation = table.Origin(),
                       .status = extraction.status,
                       .wire_bytes = extraction.wire_bytes,
                       .duration = extraction.duration};
  for (size_t i = 0; i < extraction.policy_counts.size(); ++i) {
    const std::string& column = table.columns[i].description.name;
    const PolicyCounts& counts = extraction.policy_counts[i];
    if (counts.total() > 0) outcome.policy_counts.emplace_back(column, counts.total());
    if (counts.unusual_years > 0) {
      outcome.unusual_years.emplace_back(column, counts.unusual_years);
    }
  }
  return outcome;
}

/// Refuses before a row is read what could not be published.
arrow::Status CheckLayout(const Destination& destination, const TablePlan& table,
                          const Manifest& current) {
  if (table.layout != Layout::kStable || destination.catalog == nullptr) {
    return arrow::Status::OK();
  }
  const auto other = std::ranges::find_if(
      current.files, [](const DataFile& file) { return !IsStableFile(file.key); });
  if (other == current.files.end()) return arrow::Status::OK();
  return MixedLayouts(table.name, Lake::KeyOf(table.name, other->key));
}

}  // namespace

TablePublisher::TablePublisher(const Destination& destination,
                               std::map<std::string, std::string> models)
    : destination_(destination),
      begun_at_(ManifestTime(std::chrono::system_clock::now())),
      lake_(destination.store, destination.catalog),
      models_(std::move(models)) {}

arrow::Result<std::optional<CurrentTable>> TablePublisher::ReadExpected(
    const TablePlan& table, const SnapshotToken& snapshot, const ServerIdentity& server) {
  if (!destination_.is_lake) return std::nullopt;
  // Files that are missing or damaged hinder nobody from publishing better ones.
  if (const arrow::Status followed = lake_.Follow(table.name); !followed.ok()) {
    if (KindOf(followed) != ErrorKind::kCorruptData) return followed;
    LogWarning(followed.message());
  }
  ARROW_ASSIGN_OR_RAISE(auto current, lake_.ReadCurrent(table.name));
  ARROW_RETURN_NOT_OK(CheckOwner(table, current));
  if (current) ARROW_RETURN_NOT_OK(CheckLayout(destination_, table, current->manifest));
  if (!current || !IsNewer(current->manifest, snapshot, server, begun_at_))
    return current;
  return MakeError(ErrorKind::kConflict,
                   "publishing table " + table.name +
                       ": another run published later rows: " + current->manifest.run_id,
                   "run it again; nothing is damaged");
}

TableOutcome TablePublisher::Publish(const RunPlan& run, const TablePlan& table,
                                     const TableExtraction& extraction,
                                     const SnapshotToken& snapshot,
                                     const std::optional<CurrentTable>& expected,
                                     const std::stop_token& stop) {
  TableOutcome outcome = Describe(table, extraction);
  if (outcome.status.ok() && stop.stop_requested()) {
    outcome.status =
        MakeError(ErrorKind::kInterrupted, "publishing: stopped before it began");
  }
  if (!outcome.status.ok()) return outcome;
  for (const DataFile& file : extraction.files) {
    outcome.rows += file.rows;
    outcome.bytes += file.bytes;
  }
  outcome.files = static_cast<int64_t>(extraction.files.size());
  outcome.location = destination_.store->UriOf(
      destination_.is_lake ? table.name : destination_.FileKey(table, 0, {}));
  if (!destination_.is_lake) return outcome;
  const Manifest manifest =
      BuildManifest(run, table, extraction, snapshot, destination_.run_id,
                    expected ? expected->manifest.run_id : "");
  std::optional<ObjectVersion> version;
  if (expected) version = expected->pointer_version;
  outcome.status = lake_.Publish(manifest, version);
  outcome.may_be_published = !outcome.status.ok() && !IsUnpublished(table.name);
  return outcome;
}

/// A table of the lake is written by one relation, one model or one task for ever; one
/// that was there before its model was written keeps the name.
arrow::Status TablePublisher::CheckOwner(
    const TablePlan& table, const std::optional<CurrentTable>& current) const {
  const auto model = models_.find(table.name);
  const bool is_model = model != models_.end();
  if (current ? IsOwnedBy(current->manifest.model, table) : !is_model) {
    return arrow::Status::OK();
  }
  const ManifestModel owner = current ? current->manifest.model : ManifestModel{};
  const bool is_of_task = owner.engine == kTaskEngine;
  const bool is_of_model = !is_of_task && (!current || !owner.name.empty());
  const std::string what = is_of_task ? "a task" : is_of_model ? "a model" : "a table";
  std::string hint = "give the table of the task another name";
  if (is_of_model && table.task.empty()) {
    hint = is_model ? "rename the model, or give the table another name with `as:`"
                    : "that model is gone: remove the folder of its table from the lake";
  } else if (is_of_task && table.task.empty()) {
    hint += ", or this one with `as:`";
  }
  return MakeError(ErrorKind::kConfiguration,
                   "publishing table " + table.name + ": " + what + " has this name: " +
                       (current ? current->manifest.source.relation : model->second),
                   std::move(hint));
}

/// False also where nobody knows.
bool TablePublisher::IsUnpublished(const std::string& table) const {
  const auto current = lake_.ReadCurrent(table);
  if (!current.ok()) return false;
  return !current->has_value() || (*current)->manifest.run_id != destination_.run_id;
}

}  // namespace carmilla
