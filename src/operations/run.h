#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/progress.h"
#include "engine/run_report.h"
#include "engine/table_plan.h"
#include "engine/task.h"
#include "plan/configuration.h"

namespace carmilla {

/// What `carmilla run` and `carmilla plan` are asked for.
struct RunOptions {
  /// Names of tables, tasks and groups of tasks; empty, or `all` where there are tasks:
  /// everything.
  std::vector<std::string> tables;
  int64_t limit = -1;     ///< Rows per table; never moves a pointer.
  bool is_upload = true;  ///< False: plain files in `to`, the lake is not touched.
  std::string to = "carmilla-out";  ///< Directory of plain files.

  /// True if the run publishes; else every table becomes one file in `to`.
  bool IsPublishing() const { return is_upload && limit < 0; }
};

/// Extracts the configured tables, into the lake or as plain files, then runs `tasks`, as
/// far as the options ask for them. Errors as SelectTasks and ExecuteRun.
arrow::Result<RunReport> RunTables(const Configuration& configuration,
                                   const RunOptions& options, ProgressListener& listener,
                                   std::stop_token stop,
                                   std::span<const Task> tasks = {});

/// Plans the same without reading user data.
arrow::Result<RunPlan> PlanTables(const Configuration& configuration,
                                  const RunOptions& options, const std::stop_token& stop,
                                  std::span<const Task> tasks = {});

}  // namespace carmilla
