#pragma once

#include <span>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/task.h"
#include "plan/configuration.h"

namespace carmilla {

/// Means all tables and tasks on the command line of a program with tasks.
inline constexpr char kAllName[] = "all";

/// What of a program with tasks is to be run.
struct TaskSelection {
  std::vector<std::string> tables;  ///< As PlanOptions::tables.
  bool reads_tables = true;         ///< As PlanOptions::reads_tables.
  /// As PlanOptions::task_names: all of the program's, chosen or not.
  std::vector<std::string> task_names;
  /// Each stands behind those that it waits for.
  std::vector<Task> tasks;
};

/// Checks the tasks of a program against each other and the configuration: kConfiguration
/// for two of one name, a task or group that has the name of another group, task or
/// configured table, `after` of an unknown task, and tasks that wait for each other.
arrow::Status CheckTasks(const Configuration& configuration, std::span<const Task> tasks);

/// Chooses what the names of a command line mean: tasks, groups of tasks, and tables;
/// none, or `all`, mean everything. Names that are no task's are those of tables, of
/// which only the database knows all; where none is configured they are kUsage, with the
/// nearest name. Checks as CheckTasks.
arrow::Result<TaskSelection> SelectTasks(const Configuration& configuration,
                                         std::span<const Task> tasks,
                                         std::span<const std::string> names);

}  // namespace carmilla
