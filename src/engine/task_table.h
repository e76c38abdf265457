#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "engine/destination.h"
#include "engine/extraction.h"
#include "engine/run_planner.h"
#include "engine/table_plan.h"
#include "engine/task.h"
#include "lake/lake.h"

namespace carmilla {

/// Plans a table that `task` writes, as if it were read, to be written as `settings` say:
/// kConfiguration for names, and kUnsupportedType for types, that no table of the lake
/// can have.
arrow::Result<TablePlan> PlanTaskTable(const std::string& task, const TaskTable& table,
                                       const PlanOptions& options,
                                       const TableDefaults& settings);

/// A table that a task has written completely: proven, and seen by nobody.
struct WrittenTable {
  TablePlan plan;
  TableExtraction extraction;
  std::optional<CurrentTable> expected;  ///< The version to replace.
};

struct TaskTableSettings {
  const Destination& destination;  ///< Must outlive the writer.
  int64_t row_group_bytes = 0;
  int64_t pipe_bytes = 0;  ///< What may wait to be encoded.
  int64_t limit = -1;      ///< Rows, -1 for all.
};

/// Writes a planned table; rows are encoded on a thread of their own. `finished` is
/// called by Finish with what is to be published.
std::unique_ptr<TaskWriter> OpenTaskTable(const TaskTableSettings& settings,
                                          TablePlan plan,
                                          std::optional<CurrentTable> expected,
                                          std::function<void(WrittenTable)> finished,
                                          std::stop_token stop);

}  // namespace carmilla
