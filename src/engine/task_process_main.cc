#include "engine/task_process_main.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/quantity.h"
#include "engine/process_memory.h"
#include "engine/task_channel.h"
#include "engine/task_client.h"
#include "engine/task_message.h"
#include "engine/task_process.h"
#include "engine/task_runner.h"

namespace carmilla {
namespace {

/// Rows in memory take up to twice what is counted of them while they grow.
constexpr int64_t kGrowth = 2;
/// For batches on their way and what allocators keep back.
constexpr int64_t kBytesBesides = 48LL << 20;

/// Takes the descriptor, which programs that the task starts shall not have.
FileDescriptor Take(int descriptor) {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return FileDescriptor(descriptor);
}

/// Ends with the run, however that ends.
void FollowRun(const char* run) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (std::to_string(::getppid()) != run) ::_exit(EXIT_FAILURE);  // It has ended already.
}

/// A failure for want of memory, in view of the limit, which the system does not tell of.
arrow::Status ExplainMemory(const arrow::Status& status, int64_t bytes) {
  return MakeError(ErrorKind::kOutOfMemory,
                   "running: the task's process may use no more memory than " +
                       FormatBytes(bytes) + " (" + status.message() + ")",
                   "keep fewer rows in memory, or raise `memory:`, of which each task at "
                   "work has a share");
}

arrow::Status RunLimited(const Task& task, const TaskOrder& order, TaskClient& client) {
  const int64_t bytes =
      order.memory_bytes * kGrowth + kBytesBesides + order.threads * StackBytes();
  ARROW_ASSIGN_OR_RAISE(const MemoryLimit limit, MemoryLimit::Set(bytes));
  arrow::Status status = RunBody([&] { return task.body(client); });
  limit.Lift();
  const bool needs_explanation = !status.ok() &&
                                 KindOf(status) == ErrorKind::kOutOfMemory &&
                                 !client.was_refused_memory();
  return needs_explanation ? ExplainMemory(status, bytes) : status;
}

/// Runs the task that the run orders; an error when the run cannot be talked to.
arrow::Status Run(std::span<const Task> tasks, TaskChannel& channel,
                  FileDescriptor stop_pipe) {
  ARROW_ASSIGN_OR_RAISE(const auto message, channel.Receive());
  if (!message.has_value()) {
    return MakeError(ErrorKind::kInterrupted, "running: the run has ended");
  }
  ARROW_ASSIGN_OR_RAISE(const TaskOrder order, UnpackOrder(message->header));
  TaskClient client(&channel, std::move(stop_pipe), order);
  const auto task = std::ranges::find(tasks, order.task, &Task::name);
  if (task == tasks.end()) {
    return client.End(MakeError(ErrorKind::kTask,
                                "running: the program, started again for the task, does "
                                "not have it",
                                "register tasks with CARMILLA_TASK, always the same"));
  }
  const arrow::Status status = RunLimited(*task, order, client);
  // What the task printed stands before what the run prints of it.
  std::cout.flush();
  std::fflush(nullptr);
  return client.End(status);
}

}  // namespace

std::optional<int> RunTaskProcess(std::span<const Task> tasks) {
  const char* run = std::getenv(kTaskProcessVariable);
  if (run == nullptr) return std::nullopt;
  FollowRun(run);
  std::signal(SIGTTOU, SIG_IGN);  // It may print, though the terminal is the run's.
  ::unsetenv(kTaskProcessVariable);
  ::prctl(PR_SET_NAME, program_invocation_short_name);
  OfferToOutOfMemoryKiller();
  TaskChannel channel(Take(kTaskChannelDescriptor));
  const arrow::Status status = Run(tasks, channel, Take(kTaskStopDescriptor));
  return ExitCodeOf(status);
}

}  // namespace carmilla
