#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include <arrow/result.h>

#include "engine/task.h"

namespace carmilla {

/// A task whose body is at work.
struct RunningTask {
  size_t task = 0;
  std::chrono::milliseconds elapsed{0};
};

/// What those who let tasks run do for them. All calls come from the thread that called
/// RunTasks; tasks are named by their index.
class TaskHost {
 public:
  virtual ~TaskHost() = default;

  /// Makes the services of a task that begins; they live until its End. An error fails
  /// the task. `stop` is that of the services.
  virtual arrow::Result<TaskServices*> Begin(size_t task, std::stop_token stop) = 0;

  /// Called once for every task, also for those that never began (`duration` is 0 then).
  /// `status` tells how it ended. Publishes what it wrote and returns how the task has
  /// ended after all.
  virtual arrow::Status End(size_t task, const arrow::Status& status,
                            std::chrono::milliseconds duration) = 0;

  /// Called about five times a second.
  virtual void OnTick(std::span<const RunningTask> running) = 0;
};

struct TaskPool {
  int most_at_once = 1;
  bool is_gentle = false;  ///< Tasks let everybody else on the machine go first.
};

/// Calls the body of a task. Whatever it throws becomes kTask, kOutOfMemory for want of
/// memory, and so does a failure that did not come from MakeError.
arrow::Status RunBody(const std::function<arrow::Status()>& body);

/// Runs `tasks`, each on a thread of its own, in their order as far as `after` and the
/// pool allow: a task begins when those of `tasks` that it waits for have succeeded; when
/// one has not, it is not run and fails with the same kind. Returns when all have ended.
///
/// A body that fails, as RunBody tells, fails its task. One that is over its time limit
/// is asked to stop, and fails with kTimeout; so does a `stop`, with kInterrupted. A body
/// that does not look at its stop cannot be ended.
void RunTasks(std::span<const Task> tasks, const TaskPool& pool, TaskHost& host,
              const std::stop_token& stop);

}  // namespace carmilla
