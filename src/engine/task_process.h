#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <arrow/status.h>

#include "engine/task.h"

namespace carmilla {

/// The variable by which a program knows that it is the process of a task; its value is
/// the process of the run.
inline constexpr char kTaskProcessVariable[] = "CARMILLA_TASK_PROCESS";
/// The descriptors that it has besides the three standard ones.
inline constexpr int kTaskChannelDescriptor = 3;
inline constexpr int kTaskStopDescriptor = 4;

struct TaskProcessSettings {
  int64_t memory_bytes = 0;  ///< For the task itself; what it needs besides is added.
  /// How long a task that was asked to stop may take to end.
  std::chrono::milliseconds patience{5000};
};

/// Runs the task of this name in a process of its own: this program, started again, with
/// no connection, no credential and no descriptor of the run (engine/task_process_main.h
/// is its side). Returns how the task has ended. Calls `services` from the calling
/// thread, which has to live as long as the task.
///
/// A process that ends without telling how is kTask with the name of the signal, or the
/// exit code. `services.stop()` is passed on; who has not ended when the patience is over
/// is killed, with all that it started, and its status is kInterrupted. It is also ended
/// when this process ends in any way. Its standard error is that of the run.
arrow::Status RunInProcess(const std::string& task, const TaskProcessSettings& settings,
                           TaskServices& services);

}  // namespace carmilla
