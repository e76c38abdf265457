#include "engine/planned_group.h"

namespace carmilla {

arrow::Result<PlannedGroup> PlanUnderSnapshot(const RunRequest& request,
                                              const ConnectionSettings& settings,
                                              const PlanOptions& options,
                                              const std::stop_token& stop) {
  PlannedGroup group;
  ARROW_ASSIGN_OR_RAISE(
      group.exporter,
      SnapshotExporter::Begin(settings, request.configuration.max_snapshot_age, stop));
  // The catalog is read under the snapshot by a session of its own: the coordinator
  // never holds a lock that DDL could wait for.
  ARROW_ASSIGN_OR_RAISE(auto session, Session::Connect(settings, stop));
  ARROW_RETURN_NOT_OK(ImportSnapshot(*session, group.exporter->token()));
  ARROW_ASSIGN_OR_RAISE(
      group.plan,
      request.query.sql.empty()
          ? PlanRun(*session, request.configuration, options)
          : PlanQuery(*session, request.configuration, request.query, options));
  group.plan.proof_of_tasks = request.configuration.defaults.proof;
  for (const Task& task : request.tasks) group.plan.tasks.push_back(task.name);
  return group;
}

}  // namespace carmilla
