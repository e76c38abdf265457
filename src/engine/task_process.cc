#include "engine/task_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"
#include "core/quantity.h"
#include "engine/process_environment.h"
#include "engine/task_channel.h"
#include "engine/task_message.h"
#include "engine/task_server.h"

namespace carmilla {
namespace {

/// Above those that a started process is given.
constexpr int kFirstOwnDescriptor = 10;

arrow::Status StartError(int error) {
  return MakeError(
      ErrorKind::kUnavailable,
      "starting the task's process: " + std::system_category().message(error),
      "the system may allow no more processes (`ulimit -u`), or /proc is not there");
}

/// The two ends of something; neither is passed on to programs that are started.
struct Ends {
  FileDescriptor ours;
  FileDescriptor theirs;
};

arrow::Result<Ends> MoveUp(const std::array<int, 2>& ends) {
  const FileDescriptor first(ends[0]);
  const FileDescriptor second(ends[1]);
  Ends moved;
  moved.ours = FileDescriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, kFirstOwnDescriptor));
  moved.theirs = FileDescriptor(::fcntl(ends[1], F_DUPFD_CLOEXEC, kFirstOwnDescriptor));
  if (moved.ours.get() < 0 || moved.theirs.get() < 0) return StartError(errno);
  return moved;
}

arrow::Result<Ends> MakeSockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return StartError(errno);
  }
  return MoveUp(ends);
}

arrow::Result<Ends> MakeStopPipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return StartError(errno);
  std::swap(ends[0], ends[1]);  // We hold the writing end, and never write.
  return MoveUp(ends);
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Who was started with SIGCHLD ignored would not be told how a process has ended.
void HearHowProcessesEnd() {
  struct sigaction action{};
  if (::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
    std::signal(SIGCHLD, SIG_DFL);
  }
}

/// Starts this program again, in a process group of its own: what comes from the terminal
/// goes to the run alone.
arrow::Result<pid_t> Spawn(const std::string& task, int channel, int stop) {
  // As a person would start it, for who looks at the list of processes.
  std::vector<std::string> arguments = {program_invocation_name, "run", task};
  const std::vector<std::string_view> own = OwnEnvironment();
  std::vector<std::string> environment = EnvironmentOfTask(own);
  std::string mark = kTaskProcessVariable;
  mark += "=";
  mark += std::to_string(::getpid());
  environment.push_back(std::move(mark));
  // Other pools reserve at once more than a task may have.
  environment.emplace_back("ARROW_DEFAULT_MEMORY_POOL=system");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, channel, kTaskChannelDescriptor);
  posix_spawn_file_actions_adddup2(&actions, stop, kTaskStopDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, kTaskStopDescriptor + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  // The thread that starts it may have signals blocked, and a mask is passed on.
  sigset_t nothing;
  sigemptyset(&nothing);
  posix_spawnattr_setsigmask(&attributes, &nothing);
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, "/proc/self/exe", &actions, &attributes,
                    Pointers(arguments).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return StartError(error);
  return pid;
}

/// A started process, and the thread that ends it when it does not end by itself.
class TaskProcess {
 public:
  TaskProcess(pid_t pid, FileDescriptor stop_pipe, const TaskProcessSettings& settings,
              std::stop_token stop)
      : pid_(pid),
        patience_(settings.patience),
        stop_(std::move(stop)),
        stop_pipe_(std::move(stop_pipe)),
        watch_([this] { Watch(); }) {}
  ~TaskProcess() {
    {
      const std::scoped_lock lock(mutex_);
      Kill();
    }
    Wait();
  }
  TaskProcess(const TaskProcess&) = delete;
  TaskProcess& operator=(const TaskProcess&) = delete;

  /// Waits until the process has ended, which is expected now, and returns its status as
  /// waitpid does.
  int Wait() {
    {
      const std::scoped_lock lock(mutex_);
      if (is_reaped_) return wait_status_;
      is_leaving_ = true;
      changed_.notify_all();
    }
    // Its number stays its own until it is reaped.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR) {
    }
    const std::scoped_lock lock(mutex_);
    ::waitpid(pid_, &wait_status_, 0);
    is_reaped_ = true;
    changed_.notify_all();
    return wait_status_;
  }

  /// Whether it had to be killed.
  bool was_killed() const {
    const std::scoped_lock lock(mutex_);
    return was_killed_;
  }

 private:
  void Watch() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop_, [this] { return is_leaving_; });
    stop_pipe_.Close();
    if (!changed_.wait_for(lock, patience_, [this] { return is_reaped_; })) Kill();
  }

  /// With the mutex held.
  void Kill() {
    if (is_reaped_ || was_killed_) return;
    was_killed_ = true;
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);  // It may have left the group that it was started in.
  }

  const pid_t pid_;
  const std::chrono::milliseconds patience_;
  const std::stop_token stop_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  FileDescriptor stop_pipe_;
  bool is_leaving_ = false;
  bool is_reaped_ = false;
  bool was_killed_ = false;
  int wait_status_ = 0;
  std::jthread watch_;  // last: it ends before the rest goes
};

std::string SignalName(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

/// Why a process has ended that did not tell how its task has.
arrow::Status Explain(int wait_status) {
  if (WIFEXITED(wait_status)) {
    return MakeError(ErrorKind::kTask,
                     "running: the task's process exited before the task returned, with "
                     "code " +
                         std::to_string(WEXITSTATUS(wait_status)),
                     "a task returns a status; it must not call exit()");
  }
  const int signal = WTERMSIG(wait_status);
  const std::string what =
      "running: the task's process was ended by " + SignalName(signal);
  if (signal == SIGKILL) {
    return MakeError(ErrorKind::kTask, what,
                     "the system does this when it has no memory left: lower `memory:`, "
                     "or give the machine more; else somebody killed it");
  }
  return MakeError(ErrorKind::kTask, what,
                   "look for a mistake in the task's code; with `isolation: thread` a "
                   "debugger stops at it");
}

/// What the process is told, and what it answers to the end.
arrow::Result<std::optional<arrow::Status>> Serve(TaskChannel& channel,
                                                  const TaskOrder& order,
                                                  TaskServices& services) {
  const arrow::Status sent = channel.Send(PackOrder(order));
  // One that has ended already tells why by how it did.
  if (!sent.ok() && KindOf(sent) != ErrorKind::kConnectionLost) return sent;
  return ServeTask(channel, services);
}

}  // namespace

arrow::Status RunInProcess(const std::string& task, const TaskProcessSettings& settings,
                           TaskServices& services) {
  ARROW_ASSIGN_OR_RAISE(Ends sockets, MakeSockets());
  ARROW_ASSIGN_OR_RAISE(Ends stop_pipe, MakeStopPipe());
  HearHowProcessesEnd();
  ARROW_ASSIGN_OR_RAISE(const pid_t pid,
                        Spawn(task, sockets.theirs.get(), stop_pipe.theirs.get()));
  sockets.theirs.Close();
  stop_pipe.theirs.Close();
  TaskProcess process(pid, std::move(stop_pipe.ours), settings, services.stop());
  TaskChannel channel(std::move(sockets.ours));
  const TaskOrder order{.task = task,
                        .limit = services.limit(),
                        .threads = services.threads(),
                        .memory_bytes = settings.memory_bytes};
  ARROW_ASSIGN_OR_RAISE(const std::optional<arrow::Status> end,
                        Serve(channel, order, services));
  const int wait_status = process.Wait();
  if (end.has_value()) return *end;
  if (!process.was_killed()) return Explain(wait_status);
  if (!services.stop().stop_requested()) {
    return MakeError(ErrorKind::kTask,
                     "running: the task's process closed its connection to the run and "
                     "did not end: it was killed",
                     "a task must close no file that it has not opened");
  }
  LogWarning("task " + task +
             " did not end when it was asked to stop: its process was "
             "killed after " +
             FormatDuration(settings.patience));
  return MakeError(ErrorKind::kInterrupted,
                   "running: the task did not end when it was asked to stop");
}

}  // namespace carmilla
