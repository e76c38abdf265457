#include "operations/initial_configuration.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/quantity.h"
#include "core/run_id.h"
#include "engine/run_estimate.h"
#include "engine/run_planner.h"
#include "engine/source_connection.h"
#include "operations/catalog_session.h"
#include "operations/table_draft.h"
#include "operations/whole_file.h"
#include "plan/configuration_reader.h"
#include "postgres/catalog.h"
#include "postgres/index_catalog.h"
#include "postgres/relation_traits.h"

namespace carmilla {
namespace {

/// Of a hint; more would hide what went wrong.
constexpr size_t kMostCures = 6;

constexpr char kSourceName[] = "app";
constexpr char kEmptySchema[] = "public";
/// A run may take this many times its estimate before its snapshot is too old.
constexpr int kPatience = 2;
constexpr std::chrono::seconds kShortestAge{900};
/// Beyond, one old snapshot for all tables costs more than it is worth.
constexpr std::chrono::seconds kLongestAgeOfRun{3600};
constexpr std::chrono::seconds kLongestAge{24 * 3600};
constexpr std::chrono::seconds kAgeStep{300};
/// What turns up only when the draft is planned is left out then; each round leaves out
/// at least one table more.
constexpr int kMostRounds = 10;

bool IsTakenByPattern(RelationKind kind) {
  return kind == RelationKind::kTable || kind == RelationKind::kPartitionedTable ||
         kind == RelationKind::kMaterializedView;
}

arrow::Result<Configuration> Parse(const std::string& text,
                                   const InitialConfigurationOptions& options) {
  ARROW_ASSIGN_OR_RAISE(
      Configuration configuration,
      ParseConfiguration(text, "carmilla.yaml", {}, {.resolves_connections = false}));
  configuration.connections.front().conninfo = options.conninfo;
  configuration.connections.front().ca_file = options.ca_file;
  return configuration;
}

std::string Today() {
  return RunIdTime(MakeRunId(std::chrono::system_clock::now())).substr(0, 10);
}

std::chrono::seconds RoundUp(std::chrono::seconds age) {
  return (age + kAgeStep - std::chrono::seconds(1)) / kAgeStep * kAgeStep;
}

class Drafter {
 public:
  Drafter(const InitialConfigurationOptions& options, Session& session)
      : options_(options), session_(session) {}

  arrow::Result<InitialConfiguration> Draft() {
    ARROW_RETURN_NOT_OK(ReadTables());
    draft_.connection = options_.connection;
    draft_.tls = options_.tls;
    draft_.ca_file = options_.written_ca_file;
    draft_.lake_path = options_.lake_path;
    draft_.header = {"Written by `carmilla init` on " + Today() + " from " +
                         session_.description() + ", PostgreSQL " +
                         session_.server().version +
                         ". Rows and sizes are the catalog's; no table was read.",
                     "Next: `carmilla doctor` names what would hinder a run, `carmilla "
                     "plan` shows what "
                     "one would do, `carmilla run` does it. docs/configuration.md "
                     "explains every key."};
    for (int round = 0; round < kMostRounds; ++round) {
      ARROW_RETURN_NOT_OK(CheckAnyTable());
      ARROW_RETURN_NOT_OK(Plan());
      if (initial_.plan.refused.empty() && !ChooseAge()) return Finish();
    }
    return MakeError(ErrorKind::kBug,
                     "writing a configuration: some table cannot be planned",
                     initial_.plan.refused.empty()
                         ? ""
                         : RenderError(initial_.plan.refused.front().reason));
  }

 private:
  arrow::Status ReadTables() {
    ARROW_ASSIGN_OR_RAISE(const auto relations, ListRelations(session_));
    std::map<std::string, DraftSchema> schemas;
    std::vector<RelationName> names;
    for (const RelationSummary& relation : relations) {
      DraftSchema& schema = schemas[relation.name.schema];
      schema.name = relation.name.schema;
      if (IsTakenByPattern(relation.kind)) {
        names.push_back(relation.name);
      } else {
        schema.not_in_pattern.push_back(relation.name);
      }
    }
    ARROW_ASSIGN_OR_RAISE(const auto tables, DescribeTables(session_, names));
    ARROW_ASSIGN_OR_RAISE(const auto lacks, FindMissingRights(session_, tables));
    ARROW_ASSIGN_OR_RAISE(const auto indexed, ReadIndexedColumns(session_, tables));
    ARROW_ASSIGN_OR_RAISE(const auto unlogged, FindUnlogged(tables));
    for (size_t i = 0; i < tables.size(); ++i) {
      DraftSchema& schema = schemas[tables[i].name.schema];
      auto drafted =
          DraftTableFrom({.table = tables[i],
                          .lacks = lacks[i],
                          .indexed = indexed,
                          .role = session_.server().user,
                          .is_unlogged_on_replica = unlogged.contains(tables[i].oid)});
      if (auto* table = std::get_if<DraftTable>(&drafted)) {
        schema.tables.push_back(std::move(*table));
      } else {
        schema.excluded.push_back(std::move(std::get<DraftExclusion>(drafted)));
      }
    }
    for (auto& [name, schema] : schemas) draft_.schemas.push_back(std::move(schema));
    return NameEmptySchema();
  }

  /// The tables of which a replica holds no rows, or not all; none on a primary.
  arrow::Result<std::set<uint32_t>> FindUnlogged(
      const std::vector<TableDescription>& tables) {
    std::set<uint32_t> unlogged;
    if (!session_.server().is_in_recovery) return unlogged;
    std::set<uint32_t> oids;
    for (const TableDescription& table : tables) {
      for (const LeafDescription& leaf : table.leaves) oids.insert(leaf.oid);
    }
    ARROW_ASSIGN_OR_RAISE(const auto traits, ReadRelationTraits(session_, oids));
    for (const TableDescription& table : tables) {
      const bool is_unlogged =
          std::ranges::any_of(table.leaves, [&](const LeafDescription& leaf) {
            const auto found = traits.find(leaf.oid);
            return found != traits.end() && found->second.is_unlogged;
          });
      if (is_unlogged) unlogged.insert(table.oid);
    }
    return unlogged;
  }

  /// A database without tables gets the pattern under which its first ones will be found.
  arrow::Status NameEmptySchema() {
    const bool has_tables = std::ranges::any_of(draft_.schemas, [](const DraftSchema& s) {
      return !s.tables.empty() || !s.excluded.empty();
    });
    if (has_tables) {
      for (DraftSchema& schema : draft_.schemas) {
        schema.has_pattern = !schema.tables.empty() || !schema.excluded.empty();
      }
      return arrow::Status::OK();
    }
    if (!draft_.schemas.empty()) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto schemas, ListSchemas(session_));
    if (schemas.empty()) {
      return MakeError(ErrorKind::kUnknownRelation,
                       "writing a configuration: the database has no schema: " +
                           session_.description(),
                       "is it the right database?");
    }
    const bool has_public = std::ranges::find(schemas, kEmptySchema) != schemas.end();
    draft_.schemas.emplace_back();
    draft_.schemas.back().name = has_public ? kEmptySchema : schemas.front();
    return arrow::Status::OK();
  }

  arrow::Status CheckAnyTable() const {
    std::vector<const DraftExclusion*> excluded;
    for (const DraftSchema& schema : draft_.schemas) {
      if (!schema.tables.empty() || schema.excluded.empty()) return arrow::Status::OK();
      for (const DraftExclusion& table : schema.excluded) excluded.push_back(&table);
    }
    if (excluded.empty()) return arrow::Status::OK();
    const std::string cures = FirstCures(excluded);
    return MakeError(ErrorKind::kPermission,
                     "writing a configuration: none of the tables can be read by " +
                         session_.server().user + "; of " +
                         excluded.front()->name.ToString() + ": " +
                         excluded.front()->reason,
                     cures.empty() ? "is it the right database?" : cures);
  }

  /// What would make the tables readable, as far as it can be taken in at a glance.
  static std::string FirstCures(const std::vector<const DraftExclusion*>& tables) {
    std::vector<std::string> cures;
    for (const DraftExclusion* table : tables) {
      for (const std::string& cure : table->cures) {
        if (std::ranges::find(cures, cure) == cures.end()) cures.push_back(cure);
      }
    }
    std::string text;
    for (size_t i = 0; i < std::min(cures.size(), kMostCures); ++i) {
      text += (text.empty() ? "" : " ") + cures[i];
    }
    if (cures.size() <= kMostCures) return text;
    return text + " And " + FormatCount(static_cast<int64_t>(cures.size() - kMostCures)) +
           " more of this kind.";
  }

  arrow::Status Plan() {
    ChooseLakeNames(draft_.schemas);
    initial_.text = WriteConfiguration(draft_);
    auto configuration = Parse(initial_.text, options_);
    if (!configuration.ok()) {
      return MakeError(ErrorKind::kBug,
                       "writing a configuration: it cannot be read back: " +
                           configuration.status().message());
    }
    initial_.configuration = *std::move(configuration);
    ARROW_ASSIGN_OR_RAISE(initial_.plan, PlanRun(session_, initial_.configuration, {}));
    for (const RefusedTable& refused : initial_.plan.refused) LeaveOut(refused);
    return arrow::Status::OK();
  }

  void LeaveOut(const RefusedTable& refused) {
    for (DraftSchema& schema : draft_.schemas) {
      const auto found =
          std::ranges::find(schema.tables, refused.name, &DraftTable::lake_name);
      if (found == schema.tables.end()) continue;
      schema.excluded.push_back(
          {.name = found->name, .reason = refused.reason.message()});
      schema.tables.erase(found);
      return;
    }
  }

  /// Sets how old the snapshot may grow, with the reason; true if the draft changed.
  bool ChooseAge() {
    const RunPlan& plan = initial_.plan;
    const int64_t bytes = EstimatedBytes(plan);
    int64_t largest = 0;
    for (const TablePlan& table : plan.tables) {
      largest = std::max(largest, table.table.total_bytes);
    }
    const auto whole = RoundUp(EstimatedDuration(bytes, plan.workers) * kPatience);
    const auto single = RoundUp(EstimatedDuration(largest, plan.workers) * kPatience);
    const auto age =
        std::clamp(whole <= kLongestAgeOfRun ? whole : single, kShortestAge, kLongestAge);
    const std::string reason = Reason(bytes, whole <= kLongestAgeOfRun, age < single);
    const bool is_changed =
        age != draft_.max_snapshot_age || reason != draft_.snapshot_reason;
    draft_.max_snapshot_age = age;
    draft_.snapshot_reason = reason;
    return is_changed;
  }

  std::string Reason(int64_t bytes, bool fits_run, bool is_too_long) const {
    const int workers = initial_.plan.workers;
    const std::chrono::seconds duration = EstimatedDuration(bytes, workers);
    std::string reason = FormatBytes(bytes) + " at an assumed " +
                         std::to_string(AssumedBytesPerSecond(workers) / 1'000'000) +
                         " MB/s take " +
                         (duration.count() == 0 ? "less than a second"
                                                : "about " + FormatDuration(duration));
    reason += fits_run ? ", so one snapshot serves all tables."
                       : ", too long for one snapshot, so each table has its own; "
                         "max_snapshot_age is twice the estimate of the largest.";
    if (is_too_long) {
      reason += " The largest table may need more: consider `gentleness: full`.";
    }
    return reason;
  }

  arrow::Result<InitialConfiguration> Finish() {
    for (const DraftSchema& schema : draft_.schemas) {
      initial_.num_left_out += static_cast<int64_t>(schema.excluded.size());
      initial_.num_unnamed += static_cast<int64_t>(schema.not_in_pattern.size());
    }
    return std::move(initial_);
  }

  const InitialConfigurationOptions& options_;
  Session& session_;
  ConfigurationDraft draft_;
  InitialConfiguration initial_;
};

}  // namespace

arrow::Result<std::unique_ptr<Session>> OpenSource(
    const InitialConfigurationOptions& options, std::stop_token stop) {
  Configuration source;
  source.connections.push_back({.name = kSourceName,
                                .conninfo = options.conninfo,
                                .tls = options.tls,
                                .ca_file = options.ca_file,
                                .position = {}});
  source.source = kSourceName;
  ARROW_ASSIGN_OR_RAISE(
      const ConnectionSettings settings,
      SourceSettings(source, MakeRunId(std::chrono::system_clock::now())));
  return OpenCatalogSession(settings, std::move(stop));
}

arrow::Result<InitialConfiguration> DraftInitialConfiguration(
    const InitialConfigurationOptions& options, Session& session) {
  return Drafter(options, session).Draft();
}

arrow::Status WriteInitialConfiguration(const std::string& path, const std::string& text,
                                        bool replaces) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const arrow::Status written = PutWholeFile(path, text, replaces);
  if (!written.ok() && KindOf(written) == ErrorKind::kConflict) {
    return MakeError(ErrorKind::kUsage, "writing " + path + ": the file exists already",
                     "--force replaces it, --to names another one, --to - prints");
  }
  ARROW_RETURN_NOT_OK(WithContext(written, "writing " + path));
  const std::filesystem::path schema = folder / kSchemaFile;
  return WithContext(PutWholeFile(schema, ConfigurationSchema(), /*replaces=*/true),
                     "writing " + schema.string());
}

}  // namespace carmilla
