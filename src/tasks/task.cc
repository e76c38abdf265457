#include "carmilla/task.h"

#include <malloc.h>

#include <utility>

#include "cli/application.h"
#include "engine/task.h"
#include "tasks/engine_backend.h"

namespace carmilla {
namespace {

/// In the order of the linker; who runs them orders them by name.
std::vector<Task>& RegisteredTasks() {
  static std::vector<Task> tasks;
  return tasks;
}

}  // namespace

namespace internal {

bool RegisterTask(TaskFunction function, const char* function_name, TaskOptions options) {
  const auto on_invalid =
      options.on_invalid == OnInvalid::kNull ? InvalidValue::kNull : InvalidValue::kFail;
  RegisteredTasks().push_back(
      {.name = options.name.empty() ? function_name : std::move(options.name),
       .groups = std::move(options.groups),
       .after = std::move(options.after),
       .schedule = std::move(options.schedule),
       .time_limit = options.time_limit,
       .body = [function = std::move(function), on_invalid](TaskServices& services) {
         return RunTask(function, &services, on_invalid);
       }});
  return true;
}

}  // namespace internal

int Main(int argc, char** argv) {
  // As the program `carmilla` does: what the allocator keeps for each thread would add
  // up.
  mallopt(M_ARENA_MAX, 2);
  return RunApplication(argc, argv, RegisteredTasks());
}

}  // namespace carmilla
