#include "carmilla/task.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "cli/application.h"
#include "engine/task.h"
#include "tasks/engine_backend.h"
#include "tasks/registered_tasks.h"

namespace carmilla {
namespace {

/// In the order of the linker; who runs them orders them by name.
struct Registry {
  std::vector<Task> tasks;
  std::vector<TaskCode> codes;  ///< Of each task.
};

Registry& Registered() {
  static Registry registry;
  return registry;
}

}  // namespace

const TaskCode* FindTaskCode(std::string_view name) {
  const Registry& registry = Registered();
  const auto found = std::ranges::find(registry.tasks, name, &Task::name);
  if (found == registry.tasks.end()) return nullptr;
  return &registry.codes[static_cast<size_t>(found - registry.tasks.begin())];
}

std::vector<std::string> RegisteredTaskNames() {
  std::vector<std::string> names;
  for (const Task& task : Registered().tasks) names.push_back(task.name);
  return names;
}

namespace internal {

bool RegisterTask(TaskFunction function, const char* function_name, TaskOptions options) {
  const auto on_invalid =
      options.on_invalid == OnInvalid::kNull ? InvalidValue::kNull : InvalidValue::kFail;
  Registered().codes.push_back({function, on_invalid});
  Registered().tasks.push_back(
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
  return RunApplication(argc, argv, Registered().tasks);
}

}  // namespace carmilla
