#include "core/error.h"
#include "operations/model_engine.h"
#include "operations/models.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

arrow::Status CheckEmbedded(const Configuration& configuration, const ModelSet& set,
                            const Model& model, const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(model.status);
  ARROW_ASSIGN_OR_RAISE(
      const LakeQuery query,
      OpenModelEngine(configuration, set.ReachOf(model.needs, /*are_all_views=*/true)));
  return CheckSql(*query.engine, model.file.SqlFor(QueryOn::kEmbedded).text, stop);
}

}  // namespace

arrow::Result<std::vector<ModelOutcome>> CheckModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop) {
  std::vector<ModelOutcome> outcomes;
  ARROW_ASSIGN_OR_RAISE(const ModelSet set,
                        LoadModels(request.configuration, QueryOn::kEmbedded));
  ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    const auto begin = Clock::now();
    ModelOutcome outcome{.model = model.name(),
                         .on = QueryOn::kEmbedded,
                         .materialization = model.file.materialization};
    outcome.status = CheckEmbedded(request.configuration, set, model, stop);
    outcome.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    on_model(outcome);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace carmilla
