#include "operations/models.h"

#include <algorithm>

#include "core/error.h"
#include "lake/lake.h"

namespace carmilla {
namespace {

/// The names that the configuration gives to single tables; those of patterns are known
/// to the source only.
std::set<std::string> ConfiguredNames(const Configuration& configuration) {
  std::set<std::string> names;
  for (const TableConfiguration& table : configuration.tables) {
    if (table.is_pattern) continue;
    names.insert(table.as.empty() ? Lake::EscapeTableName(table.name) : table.as);
  }
  return names;
}

}  // namespace

arrow::Result<ModelSet> LoadModels(const Configuration& configuration, QueryOn on) {
  ARROW_ASSIGN_OR_RAISE(ModelSet set, ModelSet::Load(configuration.models, on));
  if (set.models().empty()) {
    return MakeError(
        ErrorKind::kConfiguration,
        "reading the models: there are none: " + configuration.models.shown_as,
        "write a SELECT into " + configuration.models.shown_as +
            "/NAME.sql beside the configuration");
  }
  set.RefuseNames(ConfiguredNames(configuration), "a table of the configuration");
  return set;
}

arrow::Result<std::vector<ModelSummary>> ListModels(const ModelsRequest& request) {
  const QueryOn on = request.Engine();
  ARROW_ASSIGN_OR_RAISE(const ModelSet set, LoadModels(request.configuration, on));
  ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
  std::vector<ModelSummary> summaries;
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    summaries.push_back({.name = model.name(),
                         .materialization = model.file.materialization,
                         .status = model.status,
                         .file = model.file.SqlFor(on).file,
                         .description = model.file.description,
                         .needs = {model.needs.begin(), model.needs.end()},
                         .tests = static_cast<int64_t>(model.file.tests.size())});
  }
  return summaries;
}

}  // namespace carmilla
