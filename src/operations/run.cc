#include "operations/run.h"

#include <chrono>

#include "core/run_id.h"
#include "engine/known_relations.h"
#include "engine/lake_store.h"
#include "engine/runner.h"
#include "engine/task_selection.h"
#include "lake/lake.h"
#include "operations/athena_query.h"

namespace carmilla {
namespace {

/// Where --to points to: as it is, or the URL of a bucket as configuration has it.
arrow::Result<std::string> PathOfFiles(const std::string& to) {
  ARROW_ASSIGN_OR_RAISE(LakeLocation location, ParseLakePath(to));
  return std::move(location.path);
}

/// Sorts out which of the names are tasks.
arrow::Status Select(const Configuration& configuration, std::span<const Task> tasks,
                     RunRequest* request) {
  ARROW_ASSIGN_OR_RAISE(TaskSelection selection,
                        SelectTasks(configuration, tasks, request->options.tables));
  request->options.tables = std::move(selection.tables);
  request->options.reads_tables = selection.reads_tables;
  request->options.task_names = std::move(selection.task_names);
  request->tasks = std::move(selection.tasks);
  return arrow::Status::OK();
}

arrow::Result<RunRequest> RequestFor(const Configuration& configuration,
                                     const RunOptions& options,
                                     std::span<const Task> tasks,
                                     const std::stop_token& stop) {
  RunRequest request{.configuration = configuration};
  request.options.tables = options.tables;
  if (!tasks.empty()) {
    ARROW_RETURN_NOT_OK(Select(configuration, tasks, &request));
  }
  if (AsksForNewTables(configuration)) {
    ARROW_ASSIGN_OR_RAISE(auto lake, OpenLakeStore(configuration.lake, stop));
    ARROW_ASSIGN_OR_RAISE(request.options.known_relations,
                          ReadKnownRelations(Lake(std::move(lake))));
  }
  request.athena = [lake = configuration.lake](const std::string& select,
                                               const std::stop_token& ended) {
    return OpenAthenaRows(lake, select, ended);
  };
  request.options.limit = options.limit;
  request.options.is_single_file = !options.IsPublishing();
  request.destination.run_id = MakeRunId(std::chrono::system_clock::now());
  request.destination.is_lake = options.IsPublishing();
  LakeLocation location = configuration.lake;
  location.s3.part_bytes = PartBytesFor(configuration);
  if (!options.IsPublishing()) {
    ARROW_ASSIGN_OR_RAISE(location.path, PathOfFiles(options.to));
  }
  ARROW_ASSIGN_OR_RAISE(OpenedLake lake, OpenLake(location, stop));
  request.destination.store = std::move(lake.store);
  if (options.IsPublishing()) {
    request.options.lake = request.destination.store;
    request.options.names_for_athena = lake.catalog != nullptr;
    request.destination.catalog = std::move(lake.catalog);
  }
  return request;
}

}  // namespace

arrow::Result<RunReport> RunTables(const Configuration& configuration,
                                   const RunOptions& options, ProgressListener& listener,
                                   std::stop_token stop, std::span<const Task> tasks) {
  ARROW_ASSIGN_OR_RAISE(const RunRequest request,
                        RequestFor(configuration, options, tasks, stop));
  return ExecuteRun(request, listener, std::move(stop));
}

arrow::Result<RunPlan> PlanTables(const Configuration& configuration,
                                  const RunOptions& options, const std::stop_token& stop,
                                  std::span<const Task> tasks) {
  ARROW_ASSIGN_OR_RAISE(const RunRequest request,
                        RequestFor(configuration, options, tasks, stop));
  return PlanOnly(request, stop);
}

}  // namespace carmilla
