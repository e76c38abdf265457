#include <memory>

#include "core/error.h"
#include "engine/model_columns.h"
#include "operations/athena_query.h"
#include "operations/model_engine.h"
#include "operations/model_sql.h"
#include "operations/models.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

arrow::Status CheckEmbedded(const Configuration& configuration, const ModelSet& set,
                            const Model& model, const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(model.status);
  ARROW_ASSIGN_OR_RAISE(
      const LakeQuery query,
      OpenModelEngine(configuration, set.ReachOf(model.needs, /*are_all_views=*/true),
                      stop));
  const std::string& sql = model.file.SqlFor(QueryOn::kEmbedded).text;
  if (!model.is_table()) return CheckSql(*query.engine, sql, stop);
  ARROW_ASSIGN_OR_RAISE(
      const auto rows, query.engine->Execute(
                           WithViews({}, sql, SqlDialect::kPostgres) + " LIMIT 0", stop));
  ColumnDescriptions descriptions;
  for (const ModelColumn& column : model.file.columns) {
    descriptions.emplace_back(column.name, column.description);
  }
  return DescribeModelColumns(*rows->schema(), descriptions,
                              configuration.lake.glue.has_value())
      .status();
}

arrow::Status CheckOnAthena(QueryEngine& athena, const ModelSet& set, const Model& model,
                            const std::stop_token& stop) {
  ARROW_RETURN_NOT_OK(model.status);
  const ModelReach reach = set.ReachOf(model.needs, /*are_all_views=*/true);
  for (const QueryView& view : reach.views) ARROW_RETURN_NOT_OK(view.status);
  const std::string& sql = model.file.SqlFor(QueryOn::kAthena).text;
  return CheckSql(athena, WithViews(reach.views, sql, SqlDialect::kTrino), stop);
}

std::vector<QueryOn> EnginesOf(const ModelsRequest& request) {
  if (request.on) return {*request.on};
  if (!request.configuration.lake.glue.has_value()) return {QueryOn::kEmbedded};
  return {QueryOn::kEmbedded, QueryOn::kAthena};
}

}  // namespace

arrow::Result<std::vector<ModelOutcome>> CheckModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop) {
  std::vector<ModelOutcome> outcomes;
  for (const QueryOn on : EnginesOf(request)) {
    ARROW_ASSIGN_OR_RAISE(const ModelSet set, LoadModels(request.configuration, on));
    ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
    std::unique_ptr<QueryEngine> athena;
    if (on == QueryOn::kAthena) {
      ARROW_ASSIGN_OR_RAISE(athena, OpenAthenaQuery(request.configuration.lake, stop));
    }
    for (const Model& model : set.models()) {
      if (!selected.contains(model.name())) continue;
      const auto begin = Clock::now();
      ModelOutcome outcome{
          .model = model.name(), .on = on, .materialization = model.file.materialization};
      outcome.status = athena != nullptr
                           ? CheckOnAthena(*athena, set, model, stop)
                           : CheckEmbedded(request.configuration, set, model, stop);
      outcome.duration =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
      on_model(outcome);
      outcomes.push_back(std::move(outcome));
      if (stop.stop_requested()) return outcomes;
    }
  }
  return outcomes;
}

}  // namespace carmilla
