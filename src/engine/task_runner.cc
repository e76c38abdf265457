#include "engine/task_runner.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "core/quantity.h"
#include "engine/thread_priority.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{200};
/// A body that has not noticed its stop by then will hardly do so.
constexpr std::chrono::seconds kPatience{10};

/// Whether a failure says what it means to us, or is only text.
bool HasKind(const arrow::Status& status) {
  const std::string_view ours = MakeError(ErrorKind::kTask, "").detail()->type_id();
  return status.IsOutOfMemory() ||
         (status.detail() != nullptr && status.detail()->type_id() == ours);
}

/// A body at work. Written by its thread under the mutex of the runner.
struct Execution {
  size_t task = 0;
  Clock::time_point begun = Clock::now();
  bool is_late = false;
  bool is_told = false;
  std::optional<arrow::Status> status;
  std::stop_source stop;
  std::jthread thread;

  milliseconds Elapsed() const {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  }
};

class TaskRunner {
 public:
  TaskRunner(std::span<const Task> tasks, const TaskPool& pool, TaskHost& host,
             std::stop_token stop)
      : tasks_(tasks),
        pool_(pool),
        host_(host),
        stop_(std::move(stop)),
        states_(tasks.size(), State::kWaiting) {}

  void Run() {
    for (;;) {
      while (StartOrSkipOne()) {
      }
      if (running_.empty()) return;
      {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, kTick, [&] { return HasEnded(); });
      }
      Collect();
      Hurry();
      Tell();
    }
  }

 private:
  enum class State : uint8_t { kWaiting, kRunning, kSucceeded, kFailed };

  bool HasEnded() const {
    return std::ranges::any_of(
        running_, [](const auto& execution) { return execution->status.has_value(); });
  }

  /// The first task that can go on in any way does; false when none can now.
  bool StartOrSkipOne() {
    for (size_t task = 0; task < tasks_.size(); ++task) {
      if (states_[task] != State::kWaiting) continue;
      if (stop_.stop_requested()) {
        Skip(task,
             MakeError(ErrorKind::kInterrupted, "running: stopped before it began"));
        return true;
      }
      const std::optional<arrow::Status> obstacle = ObstacleOf(task);
      if (obstacle && obstacle->ok()) continue;  // It waits for another one.
      if (obstacle) {
        Skip(task, *obstacle);
        return true;
      }
      if (std::cmp_greater_equal(running_.size(), std::max(1, pool_.most_at_once)))
        continue;
      Start(task);
      return true;
    }
    return false;
  }

  /// Why the task cannot begin: OK if not yet, an error if never; nothing if it can.
  std::optional<arrow::Status> ObstacleOf(size_t task) const {
    std::optional<arrow::Status> obstacle;
    for (const std::string& name : tasks_[task].after) {
      const auto found = std::ranges::find(tasks_, name, &Task::name);
      if (found == tasks_.end()) continue;  // Nobody asked for it.
      const auto other = static_cast<size_t>(found - tasks_.begin());
      if (states_[other] == State::kFailed) {
        return MakeError(
            failures_.at(other),
            "running: not begun, because the task before it failed: " + name);
      }
      if (states_[other] != State::kSucceeded) obstacle = arrow::Status::OK();
    }
    return obstacle;
  }

  void Skip(size_t task, const arrow::Status& reason) { Settle(task, reason, {}); }

  void Settle(size_t task, const arrow::Status& status, milliseconds duration) {
    const arrow::Status end = host_.End(task, status, duration);
    states_[task] = end.ok() ? State::kSucceeded : State::kFailed;
    if (!end.ok()) failures_[task] = KindOf(end);
  }

  void Start(size_t task) {
    auto execution = std::make_unique<Execution>();
    execution->task = task;
    auto services = host_.Begin(task, execution->stop.get_token());
    if (!services.ok()) {
      Skip(task, services.status());
      return;
    }
    states_[task] = State::kRunning;
    execution->begun = Clock::now();
    execution->thread = std::jthread(
        [this, one = execution.get(), services = *services] { Work(*one, *services); });
    running_.push_back(std::move(execution));
  }

  void Work(Execution& execution, TaskServices& services) {
    if (pool_.is_gentle) GiveWay();
    const Task& task = tasks_[execution.task];
    arrow::Status status = RunBody([&] { return task.body(services); });
    const std::scoped_lock lock(mutex_);
    execution.status = std::move(status);
    ended_.notify_all();
  }

  void Collect() {
    std::vector<std::unique_ptr<Execution>> ended;
    {
      const std::scoped_lock lock(mutex_);
      for (auto& execution : running_) {
        if (execution->status.has_value()) ended.push_back(std::move(execution));
      }
      std::erase(running_, nullptr);
    }
    for (const auto& execution : ended) {
      execution->thread.join();
      Settle(execution->task, Explain(*execution), execution->Elapsed());
    }
  }

  /// How a body ended, in view of what was asked of it.
  arrow::Status Explain(const Execution& execution) const {
    const arrow::Status& status = *execution.status;
    if (status.ok()) return status;
    if (execution.is_late) {
      return MakeError(ErrorKind::kTimeout,
                       "running: it took longer than its time limit: " +
                           FormatDuration(tasks_[execution.task].time_limit),
                       "raise `.time_limit` of the task, or let it do less");
    }
    if (stop_.stop_requested()) {
      return MakeError(ErrorKind::kInterrupted,
                       "running: stopped before it was complete");
    }
    if (KindOf(status) == ErrorKind::kRelationChanged ||
        KindOf(status) == ErrorKind::kSnapshotLost) {
      return MakeError(KindOf(status), status.message(),
                       "run the task again; nothing of it was published");
    }
    return status;
  }

  /// Asks those to stop that are over their limit, or all when the run is stopped.
  void Hurry() {
    for (const auto& execution : running_) {
      const Task& task = tasks_[execution->task];
      const bool has_limit = task.time_limit.count() > 0;
      const milliseconds elapsed = execution->Elapsed();
      if (has_limit && elapsed > task.time_limit && !stop_.stop_requested()) {
        execution->is_late = true;
      }
      if (execution->is_late || stop_.stop_requested()) execution->stop.request_stop();
      if (!execution->is_late || execution->is_told) continue;
      if (elapsed < task.time_limit + kPatience) continue;
      execution->is_told = true;
      LogWarning("task " + task.name +
                 " is over its time limit and does not look at its stop");
    }
  }

  void Tell() {
    std::vector<RunningTask> running;
    running.reserve(running_.size());
    for (const auto& execution : running_) {
      running.push_back({.task = execution->task, .elapsed = execution->Elapsed()});
    }
    host_.OnTick(running);
  }

  const std::span<const Task> tasks_;
  const TaskPool pool_;
  TaskHost& host_;
  const std::stop_token stop_;
  std::vector<State> states_;
  std::map<size_t, ErrorKind> failures_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::unique_ptr<Execution>> running_;
};

}  // namespace

arrow::Status RunBody(const std::function<arrow::Status()>& body) {
  try {
    arrow::Status status = body();
    if (status.ok() || HasKind(status)) return status;
    return MakeError(ErrorKind::kTask, "running: " + status.message());
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorKind::kOutOfMemory, "running: the system gave no more memory",
                     "keep fewer rows in memory, or give the process more of it");
  } catch (const std::exception& exception) {
    return MakeError(ErrorKind::kTask,
                     "running: the task threw: " + std::string(exception.what()));
  } catch (...) {
    return MakeError(ErrorKind::kTask,
                     "running: the task threw something that is no std::exception");
  }
}

void RunTasks(std::span<const Task> tasks, const TaskPool& pool, TaskHost& host,
              const std::stop_token& stop) {
  TaskRunner(tasks, pool, host, stop).Run();
}

}  // namespace carmilla
