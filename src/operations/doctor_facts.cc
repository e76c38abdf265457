#include "operations/doctor_facts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/run_id.h"
#include "engine/known_relations.h"
#include "engine/lake_store.h"
#include "engine/run_planner.h"
#include "engine/source_connection.h"
#include "operations/doctor_findings.h"
#include "plan/configuration_locator.h"
#include "plan/configuration_reader.h"
#include "plan/model_file.h"
#include "postgres/catalog.h"
#include "postgres/missing_rights.h"
#include "postgres/pooler.h"
#include "postgres/session.h"

namespace carmilla {
namespace {

namespace fs = std::filesystem;

/// Names of files are read, not their contents; a lake with more is judged by a part.
constexpr int64_t kMaxLakeFiles = 50'000;

class FactReader {
 public:
  FactReader(const DoctorRequest& request, std::stop_token stop)
      : request_(request), stop_(std::move(stop)) {}

  DoctorFacts Read() && {
    facts_.machine = ReadMachineFacts();
    ReadConfigurationFile();
    if (facts_.Knows(FactKind::kConfiguration)) {
      ReadLake();
      if (request_.asks_aws) AskAws();
      if (has_connection_) ReadDatabase();
    }
    return std::move(facts_);
  }

 private:
  void Know(FactKind kind) { facts_.known.push_back(kind); }

  /// Keeps what was read; an error is told as a gap in the catalog.
  template <typename T>
  void Keep(arrow::Result<T> result, FactKind kind, T* fact) {
    if (result.ok()) {
      *fact = std::move(*result);
      Know(kind);
    } else {
      facts_.catalog_errors.push_back(result.status());
    }
  }

  void ReadConfigurationFile() {
    const auto path = FindConfiguration(request_.config);
    facts_.configuration_status = path.status();
    if (!path.ok()) return;
    facts_.configuration_file = *path;
    std::error_code ignored;
    constexpr char kUsual[] = "carmilla.yaml";
    if (!request_.config && fs::exists(kUsual, ignored) &&
        !fs::equivalent(kUsual, *path, ignored)) {
      facts_.other_configuration_file = kUsual;
    }
    ReadConfigurationOptions options{.requires_tables = request_.requires_tables};
    auto configuration = ReadConfiguration(*path, request_.overrides, options);
    facts_.configuration_status = configuration.status();
    has_connection_ = configuration.ok();
    // A variable that is not set hides only the source.
    if (!configuration.ok()) {
      options.resolves_connections = false;
      configuration = ReadConfiguration(*path, request_.overrides, options);
    }
    if (!configuration.ok()) return;
    facts_.configuration = std::move(*configuration);
    Know(FactKind::kConfiguration);
  }

  void ReadLake() {
    const LakeLocation& location = facts_.configuration.lake;
    facts_.models = FilesOfModels(facts_.configuration.models);
    if (!IsS3Url(location.path)) ReadFolder(location.path);
    const auto store = OpenLakeStore(location, stop_);
    facts_.lake_status = store.ok() ? (*store)->CheckWritable() : store.status();
    if (!store.ok()) return;
    auto survey = SurveyLake(Lake(*store), kMaxLakeFiles);
    if (survey.ok()) {
      facts_.lake = std::move(*survey);
      Know(FactKind::kLake);
    } else if (facts_.lake_status.ok()) {
      facts_.lake_status = survey.status();
    }
  }

  void AskAws() {
    facts_.asks_aws = true;
    if (!IsS3Url(facts_.configuration.lake.path)) return;
    const AwsCheck& check = facts_.aws.emplace(CheckAws(facts_.configuration, stop_));
    if (!check.Succeeded(AwsStep::kOpen)) return;
    Know(FactKind::kAws);
    const bool has_objects = check.Succeeded(AwsStep::kWrite);
    if (has_objects) Know(FactKind::kAwsObjects);
    if (check.Find(AwsStep::kCatalog) != nullptr) Know(FactKind::kAwsCatalog);
    if (check.Find(AwsStep::kAthena) != nullptr) Know(FactKind::kAwsTable);
  }

  void ReadFolder(const std::string& path) {
    auto folder = ReadFolderFacts(path);
    facts_.folder_status = folder.status();
    if (!folder.ok()) return;
    facts_.folder = std::move(*folder);
    Know(FactKind::kFolder);
  }

  arrow::Result<std::unique_ptr<Session>> Connect() {
    ARROW_ASSIGN_OR_RAISE(const ConnectionSettings settings,
                          SourceSettings(facts_.configuration, "doctor"));
    ARROW_ASSIGN_OR_RAISE(auto session, Session::Connect(settings, stop_));
    facts_.is_pooled = session->is_pooled();
    ARROW_RETURN_NOT_OK(RefuseTransactionPooler(*session, settings, stop_));
    return session;
  }

  void ReadDatabase() {
    auto connected = Connect();
    facts_.connection_status = connected.status();
    if (!connected.ok()) return;
    Session& session = **connected;
    facts_.identity = session.server();
    facts_.source = session.description();
    Keep(ReadServerState(session), FactKind::kServer, &facts_.server);
    Keep(ReadServerActivity(session, facts_.configuration.max_snapshot_age),
         FactKind::kActivity, &facts_.activity);
    Keep(ReadRoleRights(session), FactKind::kRole, &facts_.role);
    ReadTables(session);
  }

  void ReadTables(Session& session) {
    const arrow::Status status = ReadSelected(session);
    if (!status.ok()) {
      facts_.catalog_errors.push_back(status);
      return;
    }
    if (!facts_.selection_status.ok()) return;
    Know(FactKind::kTables);
    options_.reads_tables = !facts_.configuration.tables.empty();
    auto plan = PlanRun(session, facts_.configuration, options_);
    if (plan.ok()) {
      facts_.plan = std::move(*plan);
      Know(FactKind::kPlan);
    } else {
      facts_.selection_status = plan.status();
    }
  }

  arrow::Status ReadSelected(Session& session) {
    ARROW_ASSIGN_OR_RAISE(facts_.relations, ListRelations(session));
    if (AsksForNewTables(facts_.configuration)) {
      ARROW_ASSIGN_OR_RAISE(auto store, OpenLakeStore(facts_.configuration.lake, stop_));
      ARROW_ASSIGN_OR_RAISE(options_.known_relations,
                            ReadKnownRelations(Lake(std::move(store))));
    }
    auto selection = SelectRelations(facts_.configuration.tables, facts_.relations,
                                     options_.known_relations);
    facts_.selection_status = selection.status();
    if (!selection.ok()) return arrow::Status::OK();
    std::vector<RelationName> names;
    names.reserve(selection->relations.size());
    for (const SelectedRelation& relation : selection->relations) {
      names.push_back(relation.name);
    }
    ARROW_ASSIGN_OR_RAISE(auto tables, DescribeTables(session, names));
    ARROW_ASSIGN_OR_RAISE(const auto missing, FindMissingRights(session, tables));
    std::set<uint32_t> oids;
    for (size_t i = 0; i < tables.size(); ++i) {
      oids.insert(tables[i].oid);
      for (const LeafDescription& leaf : tables[i].leaves) oids.insert(leaf.oid);
      TableFacts table{.selected = std::move(selection->relations[i]),
                       .table = std::move(tables[i])};
      ARROW_ASSIGN_OR_RAISE(table.missing_grants, GrantsFor(missing[i], ColumnsOf(table),
                                                            session.server().user));
      ARROW_ASSIGN_OR_RAISE(const auto of_functions,
                            GrantsForFunctions(session, FunctionSchemas(table)));
      for (const std::string& grant : of_functions) {
        auto& grants = table.missing_grants;
        if (std::ranges::find(grants, grant) == grants.end()) grants.push_back(grant);
      }
      facts_.tables.push_back(std::move(table));
    }
    ARROW_ASSIGN_OR_RAISE(facts_.traits, ReadRelationTraits(session, oids));
    return arrow::Status::OK();
  }

  static std::vector<std::string> ColumnsOf(const TableFacts& table) {
    std::vector<std::string> columns;
    columns.reserve(table.table.columns.size());
    for (const ColumnDescription& column : table.table.columns) {
      if (IsRead(table, column)) columns.push_back(column.name);
    }
    return columns;
  }

  const DoctorRequest& request_;
  const std::stop_token stop_;
  bool has_connection_ = false;
  PlanOptions options_;
  DoctorFacts facts_;
};

}  // namespace

bool DoctorFacts::Knows(FactKind kind) const {
  return std::ranges::find(known, kind) != known.end();
}

arrow::Result<DoctorFacts> ReadDoctorFacts(const DoctorRequest& request,
                                           const std::stop_token& stop) {
  DoctorFacts facts = FactReader(request, stop).Read();
  if (stop.stop_requested()) {
    std::string hint;
    if (facts.aws.has_value()) {
      for (const std::string& command : facts.aws->left) {
        hint += (hint.empty() ? "what is left goes with: " : "; ") + command;
      }
    }
    return MakeError(ErrorKind::kInterrupted, "examining the source: interrupted",
                     std::move(hint));
  }
  return facts;
}

}  // namespace carmilla
