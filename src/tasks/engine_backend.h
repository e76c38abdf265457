#pragma once

#include <string>

#include <arrow/result.h>
#include <arrow/status.h>

#include "carmilla/internal/backend.h"
#include "carmilla/task.h"
#include "engine/task.h"

namespace carmilla {

/// The SQL of a query with its parameters as constants; kTask for values that are not
/// those that it names.
arrow::Result<std::string> QueryOf(const internal::ReadRequest& request);

/// The table that a task asks to write, as the engine has it; kTask for a compression
/// that there is not.
arrow::Result<TaskTable> TaskTableOf(const internal::WriteRequest& request);

/// Calls `function` with a context that is backed by a run of the engine. A table that
/// could not be written fails the task, also when the function does not say so.
arrow::Status RunTask(const TaskFunction& function, TaskServices* services,
                      internal::InvalidValue on_invalid);

}  // namespace carmilla
