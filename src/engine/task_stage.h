#pragma once

#include <functional>
#include <set>
#include <stop_token>
#include <string>

#include "engine/planned_group.h"
#include "engine/progress.h"
#include "engine/run_report.h"
#include "engine/runner.h"
#include "engine/table_publisher.h"
#include "postgres/session.h"

namespace carmilla {

/// What of a run its tasks need. All must outlive the call of RunTaskStage.
struct TaskStage {
  const RunRequest& request;
  const ConnectionSettings& connection;
  TablePublisher& publisher;
  ProgressListener& listener;
  std::function<void(TableOutcome)> finish;  ///< Called from the calling thread.
};

/// Runs the tasks of a run, and publishes the tables of each when its body has returned
/// OK. Every table is an outcome, and so is a task that failed or that wrote none.
/// `group` is the snapshot that all tasks see, and is ended; null: each task takes one of
/// its own. `taken` are names of tables that no task may write.
void RunTaskStage(const TaskStage& stage, PlannedGroup* group,
                  const std::set<std::string>& taken, const std::stop_token& stop);

}  // namespace carmilla
