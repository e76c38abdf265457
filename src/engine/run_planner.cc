#include "engine/run_planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include <arrow/type.h>

#include "core/error.h"
#include "core/letter_case.h"
#include "core/quantity.h"
#include "core/suggest.h"
#include "engine/athena_names.h"
#include "engine/column_policies.h"
#include "engine/column_transforms.h"
#include "engine/relation_selection.h"
#include "engine/run_estimate.h"
#include "engine/vanished_relations.h"
#include "lake/lake.h"
#include "postgres/catalog.h"
#include "postgres/missing_rights.h"

namespace carmilla {
namespace {

/// Memory of the process besides row groups: libraries, libpq's buffers, batches.
/// Measured.
constexpr int64_t kBaseMemoryBytes = 60LL << 20;
constexpr int64_t kMaxRowGroupBytes = 64LL << 20;
/// Row groups are sized as if at least so many workers shared the memory: up to here the
/// bytes of a file do not depend on how many really read (docs/decisions/0005).
constexpr int kWorkersOfRowGroups = 4;
/// Copies of its bytes that exist while one row is read, decoded, encoded and compressed.
constexpr int64_t kCopiesOfRow = 5;
/// Tid range scans exist from PostgreSQL 14 on.
constexpr int32_t kFirstVersionWithBlockRanges = 140000;

/// Keeps the columns named in the configuration, in the configured order.
arrow::Status SelectColumns(const std::vector<std::string>& names,
                            TableDescription* table) {
  if (names.empty()) return arrow::Status::OK();
  std::vector<std::string> existing;
  existing.reserve(table->columns.size());
  for (const ColumnDescription& column : table->columns) existing.push_back(column.name);
  std::vector<ColumnDescription> selected;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(table->columns, name, &ColumnDescription::name);
    if (found == table->columns.end()) {
      return MakeError(ErrorKind::kUnknownRelation,
                       "planning " + table->name.ToString() + ": no such column: " + name,
                       DidYouMean(name, existing));
    }
    if (!seen.insert(name).second) {
      return MakeError(ErrorKind::kConfiguration, "planning " + table->name.ToString() +
                                                      ": column listed twice: " + name);
    }
    selected.push_back(*found);
  }
  table->columns = std::move(selected);
  return arrow::Status::OK();
}

/// A slip of the pen would leave a column without the policy or type that it was to have.
arrow::Status CheckNamedColumns(const TableConfiguration& settings,
                                const TableDescription& table) {
  std::vector<std::string> existing;
  existing.reserve(table.columns.size());
  for (const ColumnDescription& column : table.columns) existing.push_back(column.name);
  const auto check = [&](const std::string& what, const std::string& name) {
    if (std::ranges::find(existing, name) != existing.end()) return arrow::Status::OK();
    return MakeError(
        ErrorKind::kUnknownRelation,
        "planning " + table.name.ToString() + ": " + what + " of no such column: " + name,
        DidYouMean(name, existing));
  };
  for (const auto& [name, policies] : settings.column_policies) {
    ARROW_RETURN_NOT_OK(check("policies", name));
  }
  for (const auto& [name, type] : settings.types) {
    ARROW_RETURN_NOT_OK(check("a type", name));
  }
  return arrow::Status::OK();
}

arrow::Status PlanColumns(const TableConfiguration& settings, bool names_for_athena,
                          TablePlan* plan) {
  std::map<std::string, std::string> columns_by_note;
  for (const ColumnDescription& column : plan->table.columns) {
    ColumnPlan planned{.description = column};
    auto form = FormOf(settings, column);
    ARROW_RETURN_NOT_OK(
        KindOf(form.status()) == ErrorKind::kConfiguration
            ? WithContext(form.status(), "planning " + plan->table.name.ToString())
            : form.status());
    planned.mapping = std::move(form->mapping);
    planned.policies = form->policies;
    if (names_for_athena) {
      ARROW_RETURN_NOT_OK(WithContext(NameMembersForAthena(&planned),
                                      "planning " + plan->table.name.ToString()));
    }
    if (!planned.mapping.note.empty()) {
      std::string& columns = columns_by_note[planned.mapping.note];
      columns += (columns.empty() ? "" : ", ") + column.name;
    }
    plan->columns.push_back(std::move(planned));
  }
  for (const auto& [note, columns] : columns_by_note) {
    plan->warnings.push_back(columns + ": " + note);
  }
  if (plan->columns.empty()) {
    return MakeError(ErrorKind::kUnsupportedType,
                     "planning " + plan->table.name.ToString() + ": it has no columns",
                     "leave it out with `exclude:`");
  }
  return arrow::Status::OK();
}

arrow::Status CheckPartition(const TablePlan& plan) {
  if (!plan.partition_by) return arrow::Status::OK();
  const auto& by = *plan.partition_by;
  const std::string doing = "planning " + plan.table.name.ToString() + ": ";
  for (const ColumnPlan& column : plan.columns) {
    if (EqualsIgnoringCase(column.description.name, by.as)) {
      return MakeError(ErrorKind::kConfiguration,
                       doing + "a column has the name of the partition key: " + by.as,
                       "choose another key with `as:` under partition_by");
    }
  }
  const auto found = std::ranges::find_if(plan.columns, [&](const ColumnPlan& column) {
    return column.description.name == by.column;
  });
  if (found == plan.columns.end()) {
    return MakeError(ErrorKind::kConfiguration,
                     doing + "the partition column is not selected: " + by.column,
                     "add it to `columns:`");
  }
  const WireForm wire = found->mapping.wire;
  if (wire != WireForm::kDate && wire != WireForm::kTimestamp) {
    return MakeError(
        ErrorKind::kConfiguration,
        doing + "the partition column is neither date nor timestamp: " + by.column);
  }
  return arrow::Status::OK();
}

bool HasHeap(const TableDescription& table) {
  return !table.leaves.empty() &&
         std::ranges::all_of(table.leaves,
                             [](const LeafDescription& leaf) { return leaf.is_heap; });
}

ScanMethod ChooseMethod(const TablePlan& plan, Gentleness gentleness,
                        int32_t server_version) {
  if (!HasHeap(plan.table)) return ScanMethod::kStream;
  if (gentleness == Gentleness::kFull && !plan.is_single_file && plan.limit < 0 &&
      server_version >= kFirstVersionWithBlockRanges) {
    return ScanMethod::kBlockRange;
  }
  return ScanMethod::kSequential;
}

void AddWarnings(TablePlan* plan) {
  if (plan->table.has_children && plan->table.kind == RelationKind::kTable) {
    plan->warnings.emplace_back(
        "tables inherit from it: read with ONLY, without the rows of its children");
  }
  if (!plan->where.empty()) plan->warnings.emplace_back("where: is sent as written");
  if (plan->table.estimated_rows < 0 && !plan->table.leaves.empty()) {
    plan->warnings.emplace_back("never analysed: the number of rows is not known");
  }
}

/// A relation whose storage is read as one stream has one open range, whatever its
/// leaves.
std::vector<LeafPlan> StreamLeaves(const TableDescription& table) {
  if (!table.leaves.empty()) return PlanRanges(table);
  LeafPlan stream;
  stream.leaf.oid = table.oid;
  stream.leaf.name = table.name;
  stream.leaf.is_heap = false;
  stream.ranges.emplace_back();
  return {stream};
}

arrow::Result<TablePlan> PlanTable(const SelectedRelation& selected,
                                   TableDescription table,
                                   const Configuration& configuration,
                                   const PlanOptions& options, int32_t server_version) {
  const TableConfiguration& settings = selected.settings;
  TablePlan plan{.name = selected.table, .table = std::move(table)};
  if (!plan.table.is_populated) {
    return MakeError(
        ErrorKind::kUnknownRelation,
        "planning " + selected.name.ToString() + ": the materialised view has no data",
        "REFRESH MATERIALIZED VIEW first");
  }
  if (plan.table.has_row_security) {
    return MakeError(
        ErrorKind::kRowSecurity,
        "planning " + selected.name.ToString() +
            ": row-level security applies to this role",
        "a policy hides rows from this role; read as a role with BYPASSRLS or as the "
        "owner, or leave the table out with `exclude:`");
  }
  ARROW_RETURN_NOT_OK(SelectColumns(settings.columns, &plan.table));
  ARROW_RETURN_NOT_OK(CheckNamedColumns(settings, plan.table));
  ARROW_RETURN_NOT_OK(TakeOutMaskedColumns(configuration, settings, &plan.table));
  ARROW_RETURN_NOT_OK(PlanColumns(settings, options.names_for_athena, &plan));
  plan.where = settings.where;
  plan.partition_by = options.is_single_file ? std::nullopt : settings.partition_by;
  ARROW_RETURN_NOT_OK(PlanTransforms(configuration, settings, &plan));
  if (options.names_for_athena) ARROW_RETURN_NOT_OK(NameColumnsForAthena(&plan));
  ARROW_RETURN_NOT_OK(CheckPartition(plan));
  plan.compression = settings.settings.compression;
  plan.proof = settings.settings.proof;
  plan.layout = settings.settings.layout;
  plan.is_single_file = options.is_single_file || plan.layout == Layout::kStable;
  plan.limit = options.limit;
  plan.range_bytes = TargetRangeBytes(plan.table.total_bytes);
  plan.method = ChooseMethod(plan, configuration.gentleness, server_version);
  plan.leaves = StreamLeaves(plan.table);
  AddWarnings(&plan);
  return plan;
}

arrow::Status CheckGrants(Session& session, const TablePlan& plan,
                          std::span<const MissingRights> lacks) {
  std::vector<std::string> columns;
  std::set<std::string> schemas;
  columns.reserve(plan.ReadColumns().size());
  for (const ColumnPlan& column : plan.ReadColumns()) {
    columns.push_back(column.description.name);
    const std::string& schema = column.mapping.functions_schema;
    if (!schema.empty()) schemas.insert(schema);
  }
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> missing,
                        GrantsFor(lacks, columns, session.server().user));
  ARROW_ASSIGN_OR_RAISE(const auto of_functions, GrantsForFunctions(session, schemas));
  for (const std::string& grant : of_functions) {
    if (std::ranges::find(missing, grant) == missing.end()) missing.push_back(grant);
  }
  if (missing.empty()) return arrow::Status::OK();
  std::string grants;
  for (const std::string& grant : missing) grants += (grants.empty() ? "" : " ") + grant;
  return MakeError(ErrorKind::kPermission,
                   "planning " + plan.table.name.ToString() +
                       ": the role may not read it: " + session.server().user,
                   grants);
}

void ChooseConsistency(const Configuration& configuration, RunPlan* plan) {
  plan->max_snapshot_age = configuration.max_snapshot_age;
  plan->consistency = configuration.consistency;
  if (plan->consistency != Consistency::kAuto) {
    plan->consistency_reason = "as configured";
    return;
  }
  const std::chrono::seconds duration =
      EstimatedDuration(EstimatedBytes(*plan), plan->workers);
  const bool fits = duration < configuration.max_snapshot_age;
  plan->consistency = fits ? Consistency::kRun : Consistency::kTable;
  plan->consistency_reason =
      (duration.count() == 0 ? "less than a second"
                             : "about " + FormatDuration(duration)) +
      " to read, " + (fits ? "" : "beyond ") + "max_snapshot_age " +
      FormatDuration(configuration.max_snapshot_age);
}

/// A schema without tables is no mistake, one that does not exist is.
arrow::Status PlanUnmatched(Session& session, const Selection& selection, RunPlan* plan) {
  if (selection.unmatched.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto schemas, ListSchemas(session));
  for (const UnmatchedPattern& unmatched : selection.unmatched) {
    if (std::ranges::find(schemas, unmatched.schema) != schemas.end()) {
      plan->notes.push_back(unmatched.pattern + " matches no table yet");
      continue;
    }
    const std::string nearest = DidYouMean(unmatched.schema, schemas);
    plan->refused.push_back(
        {unmatched.pattern,
         MakeError(ErrorKind::kUnknownRelation,
                   "selecting tables: no such schema: " + unmatched.schema,
                   nearest.empty() ? "names are case-sensitive here" : nearest)});
  }
  return arrow::Status::OK();
}

/// Who names one of them on the command line must mean one thing.
arrow::Status CheckTaskNames(std::span<const SelectedRelation> relations,
                             const std::vector<std::string>& task_names) {
  for (const SelectedRelation& relation : relations) {
    if (std::ranges::find(task_names, relation.table) == task_names.end()) continue;
    return MakeError(ErrorKind::kConfiguration,
                     "selecting tables: a task, or a group of tasks, has the name of a "
                     "table: " +
                         relation.table,
                     "rename it, or give the table another name with `as:`");
  }
  return arrow::Status::OK();
}

/// Plans one relation, or says why it cannot be read.
arrow::Result<TablePlan> PlanSelected(Session& session, const SelectedRelation& selected,
                                      TableDescription table,
                                      const Configuration& configuration,
                                      const PlanOptions& options,
                                      std::span<const MissingRights> lacks) {
  ARROW_RETURN_NOT_OK(Lake::CheckTableName(selected.table));
  ARROW_ASSIGN_OR_RAISE(TablePlan plan,
                        PlanTable(selected, std::move(table), configuration, options,
                                  session.server().version_number));
  ARROW_RETURN_NOT_OK(CheckGrants(session, plan, lacks));
  return plan;
}

RunPlan StartPlan(const Session& session, const Configuration& configuration) {
  RunPlan plan{.server = session.server(), .source = session.description()};
  plan.gentleness = configuration.gentleness;
  plan.workers = NumWorkers(configuration);
  plan.memory_bytes = configuration.memory_bytes;
  const int64_t share = (configuration.memory_bytes - kBaseMemoryBytes) / plan.workers;
  const int64_t row_group_share = (configuration.memory_bytes - kBaseMemoryBytes) /
                                  std::max(plan.workers, kWorkersOfRowGroups);
  plan.worker_bytes = share;
  plan.row_group_bytes = std::min(kMaxRowGroupBytes, row_group_share / 3);
  plan.max_row_bytes = share / kCopiesOfRow;
  return plan;
}

}  // namespace

int NumWorkers(const Configuration& configuration) {
  if (configuration.threads > 0) return configuration.threads;
  switch (configuration.gentleness) {
    case Gentleness::kGentle:
      return 1;
    case Gentleness::kBalanced:
      return 2;
    case Gentleness::kFull:
      return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 2U, 8U));
  }
  return 1;
}

arrow::Result<RunPlan> PlanRun(Session& session, const Configuration& configuration,
                               const PlanOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto existing, ListRelations(session));
  ARROW_ASSIGN_OR_RAISE(
      Selection selection,
      SelectRelations(configuration.tables, existing, options.known_relations));
  ARROW_RETURN_NOT_OK(CheckTaskNames(selection.relations, options.task_names));
  const Selection whole = selection;
  if (!options.reads_tables) selection = {};
  ARROW_ASSIGN_OR_RAISE(
      selection, FilterByName(std::move(selection), options.tables, options.skip_unknown,
                              options.task_names));
  const std::vector<SelectedRelation>& selected = selection.relations;
  if (selected.empty() && selection.missing.empty() && selection.unmatched.empty() &&
      selection.ignored.empty() && !options.skip_unknown && options.reads_tables &&
      options.task_names.empty()) {
    return MakeError(ErrorKind::kConfiguration, "selecting tables: none is left to read",
                     "`exclude:` leaves out every table that the patterns match");
  }
  std::vector<RelationName> names;
  names.reserve(selected.size());
  for (const SelectedRelation& relation : selected) names.push_back(relation.name);
  ARROW_ASSIGN_OR_RAISE(auto tables, DescribeTables(session, names));
  ARROW_ASSIGN_OR_RAISE(const auto lacks, FindMissingRights(session, tables));

  RunPlan plan = StartPlan(session, configuration);
  for (MissingRelation& missing : selection.missing) {
    plan.refused.push_back({std::move(missing.name), std::move(missing.reason)});
  }
  ARROW_RETURN_NOT_OK(PlanUnmatched(session, selection, &plan));
  plan.ignored = selection.ignored;
  if (options.lake != nullptr && options.tables.empty() && options.reads_tables) {
    plan.vanished = FindVanishedTables(Lake(options.lake), configuration.tables, existing,
                                       plan.server);
  }
  for (const MissingRelation& missing : whole.missing) {
    plan.configured.insert(Lake::EscapeTableName(missing.name));
  }
  for (const SelectedRelation& relation : whole.relations) {
    plan.configured.insert(relation.table);
    if (std::ranges::find(names, relation.name) == names.end()) {
      plan.not_run.push_back(relation.name.ToString());
    }
  }
  for (size_t i = 0; i < selected.size(); ++i) {
    auto planned = PlanSelected(session, selected[i], std::move(tables[i]), configuration,
                                options, lacks[i]);
    if (planned.ok()) {
      plan.tables.push_back(std::move(*planned));
    } else {
      plan.refused.push_back(
          {selected[i].table, planned.status(), selected[i].name.ToString()});
    }
  }
  ChooseConsistency(configuration, &plan);
  return plan;
}

arrow::Result<RunPlan> PlanQuery(Session& session, const Configuration& configuration,
                                 const UserQuery& query, const PlanOptions& options) {
  ARROW_ASSIGN_OR_RAISE(TableDescription table, DescribeQuery(session, query.sql));
  RunPlan plan = StartPlan(session, configuration);
  SelectedRelation selected{
      .name = {"", query.name}, .table = query.name, .settings = {}};
  selected.settings.settings = query.settings;
  ARROW_ASSIGN_OR_RAISE(TablePlan planned,
                        PlanTable(selected, std::move(table), configuration, options,
                                  plan.server.version_number));
  planned.query = query.sql;
  plan.tables.push_back(std::move(planned));
  ChooseConsistency(configuration, &plan);
  return plan;
}

arrow::Result<TablePlan> PlanRelation(Session& session,
                                      const Configuration& configuration,
                                      const TableConfiguration& entry,
                                      TableDescription table, const std::string& query,
                                      int64_t limit) {
  std::vector<std::vector<MissingRights>> lacks(1);
  if (query.empty()) {
    ARROW_ASSIGN_OR_RAISE(lacks, FindMissingRights(session, std::span(&table, 1)));
  }
  // One reader takes all rows, one leaf after the other.
  const PlanOptions options{.limit = limit, .is_single_file = true};
  const SelectedRelation selected{
      .name = table.name, .table = table.name.name, .settings = entry};
  ARROW_ASSIGN_OR_RAISE(TablePlan plan,
                        PlanTable(selected, std::move(table), configuration, options,
                                  session.server().version_number));
  ARROW_RETURN_NOT_OK(CheckGrants(session, plan, lacks.front()));
  plan.query = query;
  return plan;
}

}  // namespace carmilla
