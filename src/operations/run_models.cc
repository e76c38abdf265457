#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "core/run_id.h"
#include "core/sql_statement.h"
#include "engine/model_table.h"
#include "lake/lake.h"
#include "operations/athena_query.h"
#include "operations/lake_sql.h"
#include "operations/model_engine.h"
#include "operations/models.h"
#include "operations/own_databases.h"
#include "operations/unloaded_rows.h"
#include "store/s3_options.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kUploadShare = 10;  ///< Of one part; a writer holds two.

class ModelRun {
 public:
  ModelRun(const ModelsRequest& request, const ModelSet& set, OpenedLake lake,
           std::unique_ptr<AthenaModels> athena, std::string run_id, std::stop_token stop)
      : request_(request),
        set_(set),
        lake_(std::move(lake)),
        athena_(std::move(athena)),
        stop_(std::move(stop)),
        run_id_(std::move(run_id)) {}

  ModelOutcome Run(const Model& model) {
    const auto begin = Clock::now();
    ModelOutcome outcome{.model = model.name(),
                         .on = request_.Engine(),
                         .materialization = model.file.materialization};
    outcome.status = Refusal(model);
    if (outcome.status.ok()) outcome.status = Try(model, &outcome);
    if (!outcome.status.ok()) failed_.emplace(model.name(), outcome.status);
    outcome.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    return outcome;
  }

 private:
  arrow::Status Refusal(const Model& model) const {
    ARROW_RETURN_NOT_OK(model.status);
    if (stop_.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted, "running: stopped before it began");
    }
    for (const std::string& needed : model.needs) {
      const auto failed = failed_.find(needed);
      if (failed == failed_.end()) continue;
      return MakeError(KindOf(failed->second),
                       "running: it needs " + needed + ", which failed");
    }
    return arrow::Status::OK();
  }

  arrow::Status Try(const Model& model, ModelOutcome* outcome) {
    if (model.is_table()) return MakeTable(model, outcome);
    ARROW_RETURN_NOT_OK(ModelPublication::CheckName(lake_, model.name()));
    if (athena_ != nullptr) {
      const std::string& sql = model.file.SqlFor(request_.Engine()).text;
      ARROW_ASSIGN_OR_RAISE(const std::string select, ForAthena(sql));
      return athena_->views.Replace(model.name(), select, stop_);
    }
    // As a query does that names it.
    ARROW_ASSIGN_OR_RAISE(const LakeQuery query,
                          OpenModelEngine(request_.configuration,
                                          set_.ReachOf({model.name()}, false), stop_));
    return CheckSql(*query.engine, "SELECT * FROM " + QuotedInLakeSql(model.name()),
                    stop_);
  }

  arrow::Status MakeTable(const Model& model, ModelOutcome* outcome) {
    ARROW_ASSIGN_OR_RAISE(ModelPublication publication,
                          ModelPublication::Begin(lake_, model.name(), run_id_));
    const ModelSql& sql = model.file.SqlFor(request_.Engine());
    ModelTable table{.name = model.name(),
                     .file = sql.file,
                     .sql = sql.text,
                     .engine = std::string(NameOf(request_.Engine())),
                     .description = model.file.description};
    for (const ModelColumn& column : model.file.columns) {
      table.columns.emplace_back(column.name, column.description);
    }
    ARROW_ASSIGN_OR_RAISE(const Computed computed, athena_ != nullptr
                                                       ? ComputeOnAthena(model, table)
                                                       : ComputeHere(model, sql.text));
    table.inputs = computed.versions;
    ARROW_ASSIGN_OR_RAISE(
        const TableOutcome published,
        publication.Publish(
            table, *computed.rows,
            {.row_group_bytes = request_.configuration.memory_bytes / kRowGroupShare},
            stop_));
    outcome->rows = published.rows;
    outcome->files = published.files;
    outcome->bytes = published.bytes;
    return arrow::Status::OK();
  }

  /// The SELECT of a model, in which Athena finds every table by its one name.
  arrow::Result<std::string> ForAthena(const std::string& sql) const {
    return InOwnDatabases(DatabasesOf(*request_.configuration.lake.glue),
                          WithoutSemicolon(sql, SqlDialect::kTrino));
  }

  /// The rows of a model, and what they come from.
  struct Computed {
    std::unique_ptr<QueryEngine> engine;  ///< Null on Athena.
    std::unique_ptr<QueryResult> rows;
    std::vector<TableVersion> versions;
  };

  arrow::Result<Computed> ComputeHere(const Model& model, const std::string& sql) const {
    ARROW_ASSIGN_OR_RAISE(
        LakeQuery query,
        OpenModelEngine(request_.configuration, set_.ReachOf(model.needs, false), stop_));
    ARROW_ASSIGN_OR_RAISE(auto rows, query.engine->Execute(sql, stop_));
    return Computed{.engine = std::move(query.engine),
                    .rows = std::move(rows),
                    .versions = std::move(query.versions)};
  }

  /// Athena leaves its files beside its answers. They are written again into the lake,
  /// since they have neither its types nor its proofs, nor what `lake.s3` asks for.
  arrow::Result<Computed> ComputeOnAthena(const Model& model, const ModelTable& table) {
    Computed computed;
    ARROW_ASSIGN_OR_RAISE(computed.versions, InputsOnAthena(model));
    ARROW_ASSIGN_OR_RAISE(const std::string select, ForAthena(table.sql));
    ARROW_ASSIGN_OR_RAISE(const AthenaSelect described,
                          athena_->unload.Describe(select, stop_));
    ARROW_RETURN_NOT_OK(CheckUnloadable(described.columns));
    std::vector<std::string> names;
    names.reserve(described.columns.size());
    for (const AthenaColumn& column : described.columns) names.push_back(column.name);
    ARROW_RETURN_NOT_OK(
        ModelColumnNames(names, table.columns, /*has_catalog=*/true).status());
    const std::string folder =
        described.answers + "carmilla_models/" + run_id_ + "/" + table.name + "/";
    ARROW_ASSIGN_OR_RAISE(auto files, athena_->unload.Run(select, folder, stop_));
    ARROW_ASSIGN_OR_RAISE(
        computed.rows,
        OpenUnloadedRows(described.columns, std::move(files), athena_->open_object));
    return computed;
  }

  /// The tables that the catalog shows to a model. What is published while Athena reads
  /// may be in its rows too, so they are of these versions or of newer ones.
  arrow::Result<std::vector<TableVersion>> InputsOnAthena(const Model& model) const {
    Lake lake(lake_.store, lake_.catalog);
    std::vector<TableVersion> versions;
    for (const std::string& name : set_.ReachOf(model.needs, false).tables) {
      if (!Lake::CheckTableName(name).ok()) continue;  // Athena says that it is none.
      ARROW_RETURN_NOT_OK(lake.Follow(name));
      ARROW_ASSIGN_OR_RAISE(const auto current, lake.ReadCurrent(name));
      if (!current) continue;
      versions.push_back({.table = name,
                          .run_id = current->manifest.run_id,
                          .snapshot_time = current->manifest.source.snapshot_time});
    }
    return versions;
  }

  const ModelsRequest& request_;
  const ModelSet& set_;
  const OpenedLake lake_;
  const std::unique_ptr<AthenaModels> athena_;  ///< Null on the embedded engine.
  const std::stop_token stop_;
  const std::string run_id_;
  std::map<std::string, arrow::Status> failed_;
};

/// As a run tells it.
TableOutcome OutcomeOf(const ModelOutcome& outcome, const std::string& file) {
  return {.name = outcome.model,
          .relation = file,
          .status = outcome.status,
          .rows = outcome.rows,
          .files = outcome.files,
          .bytes = outcome.bytes,
          .duration = outcome.duration};
}

}  // namespace

arrow::Result<RunReport> RunModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop) {
  const auto begin = Clock::now();
  ARROW_ASSIGN_OR_RAISE(const ModelSet set,
                        LoadModels(request.configuration, request.Engine()));
  ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
  LakeLocation location = request.configuration.lake;
  location.s3.part_bytes = std::min(
      location.s3.part_bytes,
      std::max(kSmallestS3Part, request.configuration.memory_bytes / kUploadShare));
  ARROW_ASSIGN_OR_RAISE(const OpenedLake opened, OpenLake(location, stop));
  ARROW_RETURN_NOT_OK(opened.store->CheckWritable());
  if (opened.catalog != nullptr) ARROW_RETURN_NOT_OK(opened.catalog->Prepare());
  std::unique_ptr<AthenaModels> athena;
  if (request.Engine() == QueryOn::kAthena) {
    ARROW_ASSIGN_OR_RAISE(athena, OpenAthenaModels(request.configuration.lake, stop));
  }
  RunReport report{.run_id = MakeRunId(std::chrono::system_clock::now()),
                   .source = request.configuration.models.shown_as,
                   .consistency = std::string(RunReport::kOfModels)};
  ModelRun run(request, set, opened, std::move(athena), report.run_id, stop);
  std::vector<std::string> published;
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    const ModelOutcome outcome = run.Run(model);
    on_model(outcome);
    report.tables.push_back(OutcomeOf(outcome, model.file.SqlFor(outcome.on).file));
    if (outcome.files > 0) published.push_back(model.name());
  }
  Lake lake(opened.store, opened.catalog);
  if (!published.empty() && opened.catalog != nullptr) {
    const auto names = lake.ListTables();
    report.catalog_status =
        names.ok() ? opened.catalog->Settle(*names, published, stop) : names.status();
  }
  report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  const arrow::Status put = lake.PutRunReport(report.run_id, SerializeRunReport(report));
  if (!put.ok()) LogWarning("writing the run report: " + put.message());
  return report;
}

}  // namespace carmilla
