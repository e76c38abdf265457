#include "engine/task_stage.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "engine/task_process.h"
#include "engine/task_runner.h"
#include "engine/task_services.h"

namespace carmilla {
namespace {

using Clock = std::chrono::steady_clock;

/// An idle coordinator would be ended by idle_in_transaction_session_timeout (60 s).
constexpr std::chrono::seconds kPollEvery{5};
/// Of its share of the memory, what a task may keep for itself: the rest is for batches
/// on their way and row groups.
constexpr int64_t kQuarters = 4;
constexpr int64_t kQuartersToKeep = 3;

/// Which task writes which table.
class TableClaims {
 public:
  explicit TableClaims(const std::set<std::string>& taken) {
    for (const std::string& name : taken) owners_.emplace(name, "");
  }

  arrow::Status Claim(const TablePlan& table) {
    const std::scoped_lock lock(mutex_);
    const auto [owner, is_new] = owners_.emplace(table.name, table.task);
    if (is_new) return arrow::Status::OK();
    const std::string who = owner->second.empty() ? "a configured table has this name"
                            : owner->second == table.task
                                ? "this task has written it already"
                                : "another task writes it: " + owner->second;
    return MakeError(ErrorKind::kConfiguration,
                     "writing table " + table.name + ": " + who,
                     "every table is written once in a run; give it another name");
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> owners_;
};

/// One snapshot, and what the tasks that see it share.
class TaskGroup {
 public:
  /// `own`: a group that nobody else ends.
  TaskGroup(const TaskStage& stage, PlannedGroup& group,
            std::unique_ptr<PlannedGroup> own, TableClaims* claims, int64_t memory_bytes)
      : own_(std::move(own)),
        group_(group),
        snapshot_(group.exporter->token()),
        environment_{.plan = group.plan,
                     .configuration = stage.request.configuration,
                     .options = stage.request.options,
                     .connection = stage.connection,
                     .destination = stage.request.destination,
                     .snapshot = snapshot_,
                     .claim =
                         [this, &stage, claims](const TablePlan& table) {
                           return Claim(stage.publisher, claims, table);
                         },
                     .athena = stage.request.athena,
                     .memory_bytes = memory_bytes} {}
  ~TaskGroup() { group_.exporter->End(); }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  const TaskEnvironment& environment() const { return environment_; }
  const RunPlan& plan() const { return group_.plan; }
  const SnapshotToken& token() const { return snapshot_.token(); }

  /// Keeps the snapshot alive; when it is lost nobody reads on.
  void Poll() {
    if (!snapshot_.status().ok()) return;
    if (arrow::Status status = group_.exporter->Poll(); !status.ok()) {
      snapshot_.Lose(std::move(status));
      group_.exporter->End();
    }
  }

 private:
  arrow::Result<std::optional<CurrentTable>> Claim(TablePublisher& publisher,
                                                   TableClaims* claims,
                                                   const TablePlan& table) const {
    ARROW_RETURN_NOT_OK(claims->Claim(table));
    return publisher.ReadExpected(table, snapshot_.token(), group_.plan.server);
  }

  const std::unique_ptr<PlannedGroup> own_;
  PlannedGroup& group_;
  TaskSnapshot snapshot_;
  const TaskEnvironment environment_;
};

class StageHost final : public TaskHost {
 public:
  StageHost(const TaskStage& stage, PlannedGroup* group,
            const std::set<std::string>& taken, std::stop_token stop)
      : stage_(stage),
        claims_(taken),
        stop_(std::move(stop)),
        groups_(stage.request.tasks.size()),
        services_(stage.request.tasks.size()) {
    if (group != nullptr) shared_ = MakeGroup(*group, nullptr);
  }

  arrow::Result<TaskServices*> Begin(size_t task, std::stop_token stop) override {
    groups_[task] = shared_;
    if (shared_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(groups_[task], TakeSnapshot());
    }
    services_[task] = std::make_unique<RunTaskServices>(groups_[task]->environment(),
                                                        NameOf(task), std::move(stop));
    return services_[task].get();
  }

  arrow::Status End(size_t task, const arrow::Status& status,
                    std::chrono::milliseconds duration) override {
    std::vector<WrittenTable> tables;
    TableOutcome outcome{.name = NameOf(task),
                         .relation = "task " + NameOf(task),
                         .is_task = true,
                         .status = status,
                         .duration = duration};
    if (const auto& services = services_[task]; services != nullptr) {
      tables = services->TakeTables();
      outcome.wire_bytes = services->progress().wire_bytes;
      rows_of_ended_ += services->progress().rows;
      bytes_of_ended_ += outcome.wire_bytes;
    }
    arrow::Status end = status;
    if (!status.ok() || tables.empty()) {
      stage_.finish(std::move(outcome));
    } else {
      tables.front().extraction.wire_bytes = outcome.wire_bytes;
      end = PublishAll(*groups_[task], &tables, duration);
    }
    services_[task].reset();
    groups_[task].reset();
    return end;
  }

  /// The tasks to run, whose bodies run in processes where the configuration says so.
  std::vector<Task> Tasks() {
    std::vector<Task> tasks = stage_.request.tasks;
    if (stage_.request.configuration.isolation == Isolation::kThread) return tasks;
    for (size_t task = 0; task < tasks.size(); ++task) {
      tasks[task].body = [this, task](TaskServices& services) {
        const int64_t bytes = groups_[task]->environment().memory_bytes;
        return RunInProcess(NameOf(task), {.memory_bytes = bytes}, services);
      };
    }
    return tasks;
  }

  void OnTick(std::span<const RunningTask> running) override {
    PollSnapshots(running);
    RunProgressView view{.num_tables = static_cast<int64_t>(services_.size()),
                         .rows = rows_of_ended_,
                         .wire_bytes = bytes_of_ended_,
                         .elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
                             Clock::now() - begun_)};
    for (const RunningTask& one : running) {
      const TableProgress& progress = services_[one.task]->progress();
      view.rows += progress.rows;
      view.wire_bytes += progress.wire_bytes;
      view.tables.push_back({.name = NameOf(one.task),
                             .rows = progress.rows,
                             .wire_bytes = progress.wire_bytes,
                             .elapsed = one.elapsed});
    }
    stage_.listener.OnProgress(view);
  }

 private:
  const std::string& NameOf(size_t task) const { return stage_.request.tasks[task].name; }

  std::shared_ptr<TaskGroup> MakeGroup(PlannedGroup& group,
                                       std::unique_ptr<PlannedGroup> own) {
    const auto num_tasks = static_cast<int64_t>(services_.size());
    const int64_t workers = group.plan.workers;
    const int64_t share =
        group.plan.worker_bytes * workers / std::clamp<int64_t>(num_tasks, 1, workers);
    return std::make_shared<TaskGroup>(stage_, group, std::move(own), &claims_,
                                       share / kQuarters * kQuartersToKeep);
  }

  arrow::Result<std::shared_ptr<TaskGroup>> TakeSnapshot() {
    PlanOptions options = stage_.request.options;
    options.tables = {};
    options.reads_tables = false;
    ARROW_ASSIGN_OR_RAISE(PlannedGroup group,
                          PlanUnderSnapshot(stage_.request, stage_.connection, options,
                                            ConnectWorker::kWhenNeeded, stop_));
    group.plan.consistency = Consistency::kTable;
    auto own = std::make_unique<PlannedGroup>(std::move(group));
    PlannedGroup& planned = *own;
    return MakeGroup(planned, std::move(own));
  }

  /// All or, when one of them cannot be published, those before it.
  arrow::Status PublishAll(const TaskGroup& group, std::vector<WrittenTable>* tables,
                           std::chrono::milliseconds duration) {
    arrow::Status end;
    for (WrittenTable& table : *tables) {
      table.extraction.duration = duration;
      if (!end.ok()) table.extraction.status = end;
      TableOutcome outcome =
          stage_.publisher.Publish(group.plan(), table.plan, table.extraction,
                                   group.token(), table.expected, stop_);
      if (end.ok()) end = outcome.status;
      stage_.finish(std::move(outcome));
    }
    return end;
  }

  void PollSnapshots(std::span<const RunningTask> running) {
    if (Clock::now() - last_poll_ < kPollEvery) return;
    last_poll_ = Clock::now();
    if (shared_ != nullptr) {
      shared_->Poll();
      return;
    }
    for (const RunningTask& one : running) groups_[one.task]->Poll();
  }

  const TaskStage& stage_;
  TableClaims claims_;
  const std::stop_token stop_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point last_poll_ = begun_;
  int64_t rows_of_ended_ = 0;
  int64_t bytes_of_ended_ = 0;
  std::shared_ptr<TaskGroup> shared_;
  std::vector<std::shared_ptr<TaskGroup>> groups_;
  std::vector<std::unique_ptr<RunTaskServices>> services_;
};

}  // namespace

void RunTaskStage(const TaskStage& stage, PlannedGroup* group,
                  const std::set<std::string>& taken, const std::stop_token& stop) {
  const Configuration& configuration = stage.request.configuration;
  const TaskPool pool{.most_at_once = NumWorkers(configuration),
                      .is_gentle = configuration.gentleness != Gentleness::kFull};
  StageHost host(stage, group, taken, stop);
  RunTasks(host.Tasks(), pool, host, stop);
}

}  // namespace carmilla
