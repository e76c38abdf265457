#include <memory>

#include "core/error.h"
#include "operations/athena_query.h"
#include "operations/model_engine.h"
#include "operations/model_test_sql.h"
#include "operations/models.h"

namespace carmilla {
namespace {

/// What the tests of the selected models read.
std::set<std::string> NamesOfTests(const ModelSet& set,
                                   const std::set<std::string>& selected) {
  std::set<std::string> names = selected;
  for (const std::string& name : selected) {
    for (const ModelTest& test : set.Find(name)->file.tests) {
      if (!test.other.empty()) names.insert(test.other);
    }
  }
  return names;
}

/// The engine in which the models are, with what `names` need.
arrow::Result<std::unique_ptr<QueryEngine>> OpenEngine(const ModelsRequest& request,
                                                       const ModelSet& set,
                                                       const std::set<std::string>& names,
                                                       const std::stop_token& stop) {
  if (request.Engine() == QueryOn::kAthena) {
    return OpenAthenaQuery(request.configuration.lake, stop);
  }
  ARROW_ASSIGN_OR_RAISE(
      LakeQuery query,
      OpenModelEngine(request.configuration, set.ReachOf(names, false), stop));
  return std::move(query.engine);
}

}  // namespace

arrow::Result<std::vector<ModelTestOutcome>> TestModels(
    const ModelsRequest& request,
    const std::function<void(const ModelTestOutcome&)>& on_test,
    const std::stop_token& stop) {
  const QueryOn on = request.Engine();
  ARROW_ASSIGN_OR_RAISE(const ModelSet set, LoadModels(request.configuration, on));
  ARROW_ASSIGN_OR_RAISE(const auto selected, set.Select(request.select));
  ARROW_ASSIGN_OR_RAISE(const auto engine,
                        OpenEngine(request, set, NamesOfTests(set, selected), stop));
  std::vector<ModelTestOutcome> outcomes;
  const auto tell = [&](ModelTestOutcome outcome) {
    on_test(outcome);
    outcomes.push_back(std::move(outcome));
  };
  for (const Model& model : set.models()) {
    if (!selected.contains(model.name())) continue;
    // Its tests may not be known.
    if (!model.status.ok()) {
      tell({.model = model.name(), .on = on, .status = model.status});
      continue;
    }
    for (const ModelTest& test : model.file.tests) {
      ModelTestOutcome outcome{.model = model.name(),
                               .on = on,
                               .test = std::string(NameOf(test.kind)),
                               .column = test.column};
      const auto rows = Count(*engine, CountingSql(model.name(), test, on), stop);
      outcome.rows = rows.ValueOr(0);
      outcome.status = rows.ok() ? Judge(model.name(), test, *rows) : rows.status();
      tell(std::move(outcome));
      if (stop.stop_requested()) return outcomes;
    }
  }
  return outcomes;
}

}  // namespace carmilla
