#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/run_report.h"
#include "operations/model_set.h"
#include "plan/configuration.h"

namespace carmilla {

/// What the commands of `carmilla models` are asked for.
struct ModelsRequest {
  Configuration configuration;
  std::vector<std::string> select;  ///< As ModelSet::Select.
  std::optional<QueryOn> on;        ///< Else as the configuration says.

  QueryOn Engine() const { return on.value_or(configuration.models.engine); }
};

/// How one model ended.
struct ModelOutcome {
  std::string model;
  QueryOn on = QueryOn::kEmbedded;
  Materialization materialization = Materialization::kView;
  arrow::Status status;
  int64_t rows = 0;  ///< Of a table.
  int64_t files = 0;
  int64_t bytes = 0;
  std::chrono::milliseconds duration{0};
};

/// One test of a model, and how it ended.
struct ModelTestOutcome {
  std::string model;
  QueryOn on = QueryOn::kEmbedded;
  std::string test;      ///< `unique`, `row_count`...
  std::string column;    ///< "" for a test of the whole model.
  arrow::Status status;  ///< kData if it does not hold; the message tells how many rows.
  int64_t rows = 0;      ///< That do not hold; of row_count all of them.
};

/// One model as `list` tells it.
struct ModelSummary {
  std::string name;
  Materialization materialization = Materialization::kView;
  arrow::Status status;  ///< Why it cannot be used.
  std::string file;
  std::string description;
  std::vector<std::string> needs;
  int64_t tests = 0;
};

/// The models of the configuration for one engine; those whose name a table of the
/// configuration has are refused. kConfiguration where there are no models.
arrow::Result<ModelSet> LoadModels(const Configuration& configuration, QueryOn on);

/// The models in the order in which they run.
arrow::Result<std::vector<ModelSummary>> ListModels(const ModelsRequest& request);

/// Runs models, each behind those that it needs: views are made known to the engine and
/// tables are published. One that fails stops only those that need it. `on_model` is
/// called after each. The report is written into the lake, as that of a run. Fails only
/// where none could be tried.
arrow::Result<RunReport> RunModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop);

/// Asks each engine whether it could run each model; no row is read. Without `on` it is
/// the embedded one, and Athena where the lake has a catalog.
arrow::Result<std::vector<ModelOutcome>> CheckModels(
    const ModelsRequest& request,
    const std::function<void(const ModelOutcome&)>& on_model,
    const std::stop_token& stop);

/// Runs the tests of models by counting rows that do not hold. `on_test` is called after
/// each.
arrow::Result<std::vector<ModelTestOutcome>> TestModels(
    const ModelsRequest& request,
    const std::function<void(const ModelTestOutcome&)>& on_test,
    const std::stop_token& stop);

}  // namespace carmilla
