#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "carmilla/internal/backend.h"
#include "carmilla/task.h"

namespace carmilla {

/// What a program has told of a task's own code.
struct TaskCode {
  TaskFunction function;
  internal::InvalidValue on_invalid = internal::InvalidValue::kFail;
};

/// The code that CARMILLA_TASK has made known under `name`; null if there is none. Lives
/// as long as the program.
const TaskCode* FindTaskCode(std::string_view name);

/// The names of all tasks of this program, in no order.
std::vector<std::string> RegisteredTaskNames();

}  // namespace carmilla
