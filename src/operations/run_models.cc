#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/error.h"
#include "core/run_id.h"
#include "engine/model_table.h"
#include "operations/athena_query.h"
#include "operations/model_engine.h"
#include "operations/model_sql.h"
#include "operations/models.h"
#include "store/s3_options.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kUploadShare = 10;  ///< Of one part; a writer holds two.

class ModelRun {
 public:
  /// `embedded` are the models as the embedded engine runs them.
  ModelRun(const ModelsRequest& request, const ModelSet& embedded, OpenedLake lake,
           std::unique_ptr<AthenaViews> views, std::stop_token stop)
      : request_(request),
        embedded_(embedded),
        lake_(std::move(lake)),
        views_(std::move(views)),
        stop_(std::move(stop)),
        run_id_(MakeRunId(std::chrono::system_clock::now())) {}

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
    if (model.is_table()) return MakeTable(model.name(), outcome);
    ARROW_RETURN_NOT_OK(ModelPublication::CheckName(lake_, model.name()));
    const std::string& sql = model.file.SqlFor(request_.Engine()).text;
    if (views_ != nullptr) return views_->Replace(model.name(), WithoutEnd(sql), stop_);
    ARROW_ASSIGN_OR_RAISE(
        const LakeQuery query,
        OpenModelEngine(request_.configuration, embedded_.ReachOf(model.needs, false)));
    return CheckSql(*query.engine, sql, stop_);
  }

  /// Always by the embedded engine, which writes exactly what it reads; the catalog
  /// shows the table to Athena.
  arrow::Status MakeTable(const std::string& name, ModelOutcome* outcome) {
    outcome->on = QueryOn::kEmbedded;
    const Model& model = *embedded_.Find(name);
    ARROW_RETURN_NOT_OK(model.status);
    ARROW_ASSIGN_OR_RAISE(ModelPublication publication,
                          ModelPublication::Begin(lake_, name, run_id_));
    ARROW_ASSIGN_OR_RAISE(
        const LakeQuery query,
        OpenModelEngine(request_.configuration, embedded_.ReachOf(model.needs, false)));
    const ModelSql& sql = model.file.SqlFor(QueryOn::kEmbedded);
    ARROW_ASSIGN_OR_RAISE(const auto rows, query.engine->Execute(sql.text, stop_));
    ModelTable table{.name = name,
                     .file = sql.file,
                     .sql = sql.text,
                     .engine = std::string(NameOf(QueryOn::kEmbedded)),
                     .description = model.file.description,
                     .inputs = query.versions};
    for (const ModelColumn& column : model.file.columns) {
      table.columns.emplace_back(column.name, column.description);
    }
    ARROW_ASSIGN_OR_RAISE(
        const TableOutcome published,
        publication.Publish(table, *rows,
                            request_.configuration.memory_bytes / kRowGroupShare, stop_));
    outcome->rows = published.rows;
    outcome->files = published.files;
    outcome->bytes = published.bytes;
    return arrow::Status::OK();
  }

  const ModelsRequest& request_;
  const ModelSet& embedded_;
  const OpenedLake lake_;
  const std::unique_ptr<AthenaViews> views_;  ///< Null on the embedded engine.
  const std::stop_token stop_;
  const std::string run_id_;
  std::map<std::string, arrow::Status> failed_;
};

}  // namespace

arrow::Result<std::vector<ModelOutcome>> RunModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(const ModelSet set,
                        LoadModels(request.configuration, request.Engine()));
  ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
  LakeLocation location = request.configuration.lake;
  location.s3.part_bytes = std::min(
      location.s3.part_bytes,
      std::max(kSmallestS3Part, request.configuration.memory_bytes / kUploadShare));
  ARROW_ASSIGN_OR_RAISE(OpenedLake lake, OpenLake(location, stop));
  ARROW_RETURN_NOT_OK(lake.store->CheckWritable());
  if (lake.catalog != nullptr) ARROW_RETURN_NOT_OK(lake.catalog->Prepare());
  ARROW_ASSIGN_OR_RAISE(const ModelSet embedded,
                        LoadModels(request.configuration, QueryOn::kEmbedded));
  std::unique_ptr<AthenaViews> views;
  if (request.Engine() == QueryOn::kAthena) {
    ARROW_ASSIGN_OR_RAISE(views, OpenAthenaViews(request.configuration.lake, stop));
  }
  ModelRun run(request, embedded, std::move(lake), std::move(views), stop);
  std::vector<ModelOutcome> outcomes;
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    outcomes.push_back(run.Run(model));
    on_model(outcomes.back());
  }
  return outcomes;
}

}  // namespace carmilla
