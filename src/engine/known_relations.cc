#include "engine/known_relations.h"

#include <algorithm>

#include "core/log.h"
#include "engine/run_report.h"

namespace carmilla {
namespace {

/// Reports that cannot be read are passed over, so many at most.
constexpr int kMostReports = 10;

arrow::Result<std::optional<RunReport>> ReadLatestReport(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto run_ids, lake.ListRuns(kMostReports));
  for (const std::string& run_id : run_ids) {
    ARROW_ASSIGN_OR_RAISE(const std::string text, lake.GetRunReport(run_id));
    auto report = ParseRunReport(text, run_id);
    // Of the source, those of models tell nothing.
    if (report.ok() && report->consistency == RunReport::kOfModels) continue;
    if (report.ok()) return std::move(*report);
    LogWarning("reading the report of run " + run_id + ": " + report.status().message());
  }
  return std::nullopt;
}

}  // namespace

arrow::Result<std::optional<std::set<std::string>>> ReadKnownRelations(const Lake& lake) {
  ARROW_ASSIGN_OR_RAISE(const auto report, ReadLatestReport(lake));
  if (!report.has_value()) return std::nullopt;
  std::set<std::string> known(report->not_run.begin(), report->not_run.end());
  for (const TableOutcome& table : report->tables) known.insert(table.relation);
  ARROW_ASSIGN_OR_RAISE(const auto tables, lake.ListTables());
  for (const std::string& table : tables) {
    const auto current = lake.ReadCurrent(table);
    if (!current.ok()) {
      LogWarning("reading table " + table + ": " + current.status().message());
    } else if (current->has_value()) {
      known.insert((*current)->manifest.source.relation);
    }
  }
  return known;
}

bool AsksForNewTables(const Configuration& configuration) {
  return std::ranges::any_of(configuration.tables, [](const TableConfiguration& entry) {
    return entry.new_tables == NewTables::kIgnore;
  });
}

}  // namespace carmilla
