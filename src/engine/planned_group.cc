#include "engine/planned_group.h"

namespace carmilla {

arrow::Result<PlannedGroup> PlanUnderSnapshot(const RunRequest& request,
                                              const ConnectionSettings& settings,
                                              const PlanOptions& options,
                                              ConnectWorker connect,
                                              const std::stop_token& stop) {
  PlannedGroup group;
  ARROW_ASSIGN_OR_RAISE(
      group.exporter,
      SnapshotExporter::Begin(settings, request.configuration.max_snapshot_age, stop));
  group.workers = std::make_unique<WorkerSessions>(settings);
  // Not before the server has taken the password.
  if (connect == ConnectWorker::kAhead) group.workers->ConnectAhead(stop);
  ARROW_RETURN_NOT_OK(group.exporter->LookAround([&](Session& session) -> arrow::Status {
    const Configuration& configuration = request.configuration;
    ARROW_ASSIGN_OR_RAISE(
        group.plan, request.query.sql.empty()
                        ? PlanRun(session, configuration, options)
                        : PlanQuery(session, configuration, request.query, options));
    return arrow::Status::OK();
  }));
  group.plan.proof_of_tasks = request.configuration.defaults.proof;
  for (const Task& task : request.tasks) group.plan.tasks.push_back(task.name);
  return group;
}

}  // namespace carmilla
