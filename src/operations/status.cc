#include "operations/status.h"

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/log.h"
#include "engine/lake_store.h"
#include "lake/lake.h"

namespace carmilla {
namespace {

TableStatus StatusOf(Lake& lake, const std::string& name) {
  TableStatus status{.name = name};
  const arrow::Status followed = lake.Follow(name);
  const arrow::Result<std::optional<CurrentTable>> current = lake.ReadCurrent(name);
  if (!current.ok()) {
    status.status = current.status();
    return status;
  }
  // A reader without the right to write still sees the status.
  if (!followed.ok()) {
    LogWarning("following the pointer of " + name + ": " + followed.message());
  }
  if (!*current) return status;
  const Manifest& manifest = (*current)->manifest;
  status.relation = manifest.source.relation;
  status.run_id = manifest.run_id;
  status.snapshot_time = manifest.source.snapshot_time;
  status.rows = manifest.TotalRows();
  status.files = static_cast<int64_t>(manifest.files.size());
  status.bytes = manifest.TotalBytes();
  return status;
}

arrow::Result<RunReport> ReadRun(const Lake& lake, const std::string& run_id) {
  ARROW_ASSIGN_OR_RAISE(const std::string json, lake.GetRunReport(run_id));
  return ParseRunReport(json, "run report " + run_id);
}

/// A version that was published since is of a table that came back.
std::vector<VanishedTable> VanishedOf(const LakeStatus& status) {
  const auto whole = std::ranges::find_if(status.runs, [](const RunReport& run) {
    return run.not_run.empty() && run.consistency != RunReport::kOfModels;
  });
  if (whole == status.runs.end()) return {};
  std::vector<VanishedTable> vanished;
  for (const VanishedTable& table : whole->vanished) {
    if (std::ranges::any_of(status.tables, [&](const TableStatus& current) {
          return current.name == table.name && current.run_id == table.run_id;
        })) {
      vanished.push_back(table);
    }
  }
  return vanished;
}

}  // namespace

arrow::Result<LakeStatus> ReadStatus(const LakeLocation& location, int num_runs,
                                     const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(OpenedLake opened, OpenLake(location, stop));
  Lake lake(std::move(opened.store), std::move(opened.catalog));
  LakeStatus status;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, lake.ListTables());
  for (const std::string& name : names) status.tables.push_back(StatusOf(lake, name));
  if (stop.stop_requested()) {
    return MakeError(ErrorKind::kInterrupted, "reading the lake: stopped");
  }
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> run_ids, lake.ListRuns(num_runs));
  for (const std::string& run_id : run_ids) {
    arrow::Result<RunReport> report = ReadRun(lake, run_id);
    if (report.ok()) {
      status.runs.push_back(std::move(*report));
    } else {
      LogWarning(report.status().message());
    }
  }
  status.vanished = VanishedOf(status);
  if (status.tables.empty() && status.runs.empty()) {
    return MakeError(ErrorKind::kNotFound,
                     "reading the lake: nothing is there: " + location.path,
                     "`carmilla run` fills it; --lake or --config names another one");
  }
  return status;
}

}  // namespace carmilla
