#include <algorithm>
#include <chrono>

#include "core/quantity.h"
#include "core/run_id.h"
#include "engine/run_estimate.h"
#include "engine/vanished_relations.h"
#include "operations/doctor_checks.h"

namespace carmilla {
namespace {

/// Clocks of two machines that write one lake may differ by so much.
constexpr std::chrono::minutes kMaxFuture{5};

/// True if the rows of `table` came from a relation of this database that it has no more.
bool IsGone(const DoctorFacts& facts, const SurveyedTable& table) {
  // What a task or a query made has no relation behind it.
  return !table.run_id.empty() && table.source.oid != 0 &&
         FindTable(facts, table.name) == nullptr &&
         IsFrom(table.source, facts.identity) &&
         std::ranges::none_of(facts.relations, [&](const RelationSummary& relation) {
           return relation.name.ToString() == table.source.relation;
         });
}

}  // namespace

Findings FindUnusableLake(const DoctorFacts& facts) {
  if (!facts.folder_status.ok()) return {FromStatus(facts.folder_status)};
  if (!facts.lake_status.ok()) return {FromStatus(facts.lake_status)};
  return {};
}

Findings FindDoubtfulFileSystem(const DoctorFacts& facts) {
  const FileSystemKind& system = facts.folder.file_system;
  if (system.trust == FileSystemTrust::kLocal) return {};
  const bool is_volatile = system.trust == FileSystemTrust::kVolatile;
  return {{.what = "the lake lies on " + system.name +
                   (is_volatile ? ", in memory: a restart of the machine empties it"
                                : ": file systems of this kind may confirm links, locks "
                                  "and syncs that did not happen"),
           .where = {facts.folder.folder.string()}}};
}

Findings FindLackOfSpace(const DoctorFacts& facts) {
  if (!facts.Knows(FactKind::kFolder)) return {};
  const int64_t bytes = EstimatedStoredBytes(facts.plan);
  if (bytes < facts.folder.free_bytes) return {};
  return {{.what = "the run writes about " + FormatBytes(bytes) + "; " +
                   FormatBytes(facts.folder.free_bytes) + " are free",
           .where = {facts.folder.folder.string()}}};
}

Findings FindOpenLake(const DoctorFacts& facts) {
  if (!facts.folder.is_open_to_all) return {};
  return {{.what = "every user of this machine may change the lake",
           .where = {facts.folder.folder.string()},
           .cure = {"chmod o-w '" + facts.folder.folder.string() + "'"}}};
}

Findings FindDamagedTables(const DoctorFacts& facts) {
  Findings findings;
  for (const SurveyedTable& table : facts.lake.tables) {
    if (!table.status.ok()) findings.push_back(FromStatus(table.status));
  }
  return findings;
}

Findings FindForeignFiles(const DoctorFacts& facts) {
  if (facts.lake.foreign_files.empty()) return {};
  return {{.what = "files in the lake that no run has written: crawlers and readers of "
                   "whole folders take them for data",
           .where = facts.lake.foreign_files}};
}

Findings FindUnusedFiles(const DoctorFacts& facts) {
  if (facts.lake.unused_runs.empty()) return {};
  return {{.what = "files of runs that never published (or are going on), " +
                   FormatBytes(facts.lake.unused_bytes),
           .where = facts.lake.unused_runs}};
}

Findings FindGoneTables(const DoctorFacts& facts) {
  Finding finding{.what =
                      "tables that are no longer at the source; the last version of "
                      "each stays in the lake"};
  for (const SurveyedTable& table : facts.lake.tables) {
    // An entry that names it alone is told as that.
    const bool is_named =
        std::ranges::find(facts.plan.refused, table.name, &RefusedTable::name) !=
        facts.plan.refused.end();
    if (!is_named && IsGone(facts, table)) {
      finding.where.push_back(table.name + " (run " + table.run_id + ")");
    }
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindUnconfiguredTables(const DoctorFacts& facts) {
  Finding finding{.what =
                      "tables of the lake that the configuration does not name: they "
                      "are renewed no longer"};
  for (const SurveyedTable& table : facts.lake.tables) {
    const bool is_of_model = table.model == table.name;
    const bool is_renewed = is_of_model ? facts.models.contains(table.model)
                                        : FindTable(facts, table.name) != nullptr;
    if (is_renewed || IsGone(facts, table)) continue;
    finding.where.push_back(table.name + (is_of_model ? " (its model is gone)" : ""));
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindOtherServer(const DoctorFacts& facts) {
  Finding finding{.what =
                      "tables whose present version came from another server or "
                      "database than the source"};
  for (const SurveyedTable& table : facts.lake.tables) {
    if (!table.status.ok() || FindTable(facts, table.name) == nullptr) continue;
    if (!IsFrom(table.source, facts.identity)) finding.where.push_back(table.name);
  }
  if (finding.where.empty()) return {};
  return {finding};
}

Findings FindRunsOfTheFuture(const DoctorFacts& facts) {
  const std::string latest = MakeRunId(std::chrono::system_clock::now() + kMaxFuture);
  if (facts.lake.newest_run_id <= latest) return {};
  return {{.what =
               "the lake holds a run of the future: this machine's clock is behind, or "
               "was ahead",
           .where = {facts.lake.newest_run_id}}};
}

}  // namespace carmilla
