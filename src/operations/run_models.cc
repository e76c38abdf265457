#include <algorithm>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/run_id.h"
#include "engine/model_table.h"
#include "operations/model_engine.h"
#include "operations/models.h"
#include "store/s3_options.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kUploadShare = 10;  ///< Of one part; a writer holds two.

class ModelRun {
 public:
  ModelRun(const ModelsRequest& request, const ModelSet& set, OpenedLake lake,
           std::stop_token stop)
      : request_(request),
        set_(set),
        lake_(std::move(lake)),
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
    // Of a view, only to see that its name is free.
    ARROW_ASSIGN_OR_RAISE(ModelPublication publication,
                          ModelPublication::Begin(lake_, model.name(), run_id_));
    ARROW_ASSIGN_OR_RAISE(
        const LakeQuery query,
        OpenModelEngine(request_.configuration, set_.ReachOf(model.needs, false)));
    const ModelSql& sql = model.file.SqlFor(QueryOn::kEmbedded);
    if (!model.is_table()) return CheckSql(*query.engine, sql.text, stop_);
    ARROW_ASSIGN_OR_RAISE(const auto rows, query.engine->Execute(sql.text, stop_));
    ModelTable table{.name = model.name(),
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
  const ModelSet& set_;
  const OpenedLake lake_;
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
  ModelRun run(request, set, std::move(lake), stop);
  std::vector<ModelOutcome> outcomes;
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    outcomes.push_back(run.Run(model));
    on_model(outcomes.back());
  }
  return outcomes;
}

}  // namespace carmilla
