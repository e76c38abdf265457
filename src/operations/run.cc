#include "operations/run.h"

#include <chrono>

#include "core/run_id.h"
#include "engine/runner.h"
#include "store/directory_store.h"

namespace carmilla {
namespace {

RunRequest RequestFor(const Configuration& configuration, const RunOptions& options) {
  RunRequest request{.configuration = configuration};
  request.options.tables = options.tables;
  request.options.limit = options.limit;
  request.options.is_single_file = !options.IsPublishing();
  request.destination.run_id = MakeRunId(std::chrono::system_clock::now());
  request.destination.is_lake = options.IsPublishing();
  request.destination.store =
      OpenDirectoryStore(options.IsPublishing() ? configuration.lake_path : options.to);
  return request;
}

}  // namespace

arrow::Result<RunReport> RunTables(const Configuration& configuration,
                                   const RunOptions& options, ProgressListener& listener,
                                   std::stop_token stop) {
  return ExecuteRun(RequestFor(configuration, options), listener, std::move(stop));
}

arrow::Result<RunPlan> PlanTables(const Configuration& configuration,
                                  const RunOptions& options, std::stop_token stop) {
  return PlanOnly(RequestFor(configuration, options), std::move(stop));
}

}  // namespace carmilla
