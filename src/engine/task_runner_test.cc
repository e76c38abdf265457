#include "engine/task_runner.h"

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using testing::ElementsAre;

/// Services that know only when to stop.
class FakeServices : public TaskServices {
 public:
  explicit FakeServices(std::stop_token stop) : stop_(std::move(stop)) {}
  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead&) override {
    return MakeError(ErrorKind::kBug, "reading: there is no database here");
  }
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable&) override {
    return MakeError(ErrorKind::kBug, "writing: there is no lake here");
  }
  arrow::Status Reserve(int64_t) override { return arrow::Status::OK(); }
  std::stop_token stop() const override { return stop_; }
  int64_t limit() const override { return -1; }
  int threads() const override { return 1; }

 private:
  std::stop_token stop_;
};

/// Remembers how tasks began and ended.
class FakeHost : public TaskHost {
 public:
  explicit FakeHost(std::span<const Task> tasks) : tasks_(tasks) {}

  arrow::Result<TaskServices*> Begin(size_t task, std::stop_token stop) override {
    begun.push_back(tasks_[task].name);
    services_.push_back(std::make_unique<FakeServices>(std::move(stop)));
    return services_.back().get();
  }
  arrow::Status End(size_t task, const arrow::Status& status,
                    std::chrono::milliseconds) override {
    const std::string& name = tasks_[task].name;
    ended.push_back(name);
    statuses[name] = status;
    return name == unpublished ? MakeError(ErrorKind::kConflict, "publishing: no")
                               : status;
  }
  void OnTick(std::span<const RunningTask>) override { ++ticks; }

  std::vector<std::string> begun;
  std::vector<std::string> ended;
  std::map<std::string, arrow::Status> statuses;
  std::string unpublished;
  int ticks = 0;

 private:
  const std::span<const Task> tasks_;
  std::vector<std::unique_ptr<FakeServices>> services_;
};

Task Doing(std::string name, std::function<arrow::Status(TaskServices&)> body,
           std::vector<std::string> after = {}) {
  return {.name = std::move(name), .after = std::move(after), .body = std::move(body)};
}

arrow::Status Succeed(TaskServices&) { return arrow::Status::OK(); }

/// As a body that reads or writes ends when it is asked to stop.
arrow::Status WaitForStop(TaskServices& services) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait(lock, services.stop(), [] { return false; });
  return MakeError(ErrorKind::kInterrupted, "reading: interrupted");
}

TEST(TaskRunnerTest, RunsTasksInTheirOrderOneAtATime) {
  const std::vector<Task> tasks = {Doing("a", Succeed), Doing("b", Succeed),
                                   Doing("c", Succeed, {"a"})};
  FakeHost host(tasks);
  RunTasks(tasks, {.most_at_once = 1}, host, {});
  EXPECT_THAT(host.ended, ElementsAre("a", "b", "c"));
  for (const auto& [name, status] : host.statuses) EXPECT_OK(status);
}

TEST(TaskRunnerTest, RunsAsManyAtOnceAsItMayAndNoMore) {
  std::latch all_here(3);
  std::atomic<int> at_work = 0;
  std::atomic<int> most = 0;
  const auto body = [&](TaskServices&) {
    const int now = ++at_work;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    all_here.arrive_and_wait();  // Ends only if three are at work together.
    --at_work;
    return arrow::Status::OK();
  };
  const auto late = [&](TaskServices&) {
    const int now = ++at_work;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    --at_work;
    return arrow::Status::OK();
  };
  const std::vector<Task> tasks = {Doing("a", body), Doing("b", body), Doing("c", body),
                                   Doing("d", late)};
  FakeHost host(tasks);
  RunTasks(tasks, {.most_at_once = 3}, host, {});
  EXPECT_EQ(most, 3);
  EXPECT_EQ(host.ended.size(), 4U);
}

TEST(TaskRunnerTest, RunsNothingBehindATaskThatFailed) {
  const std::vector<Task> tasks = {
      Doing(
          "a",
          [](TaskServices&) { return MakeError(ErrorKind::kStaleHeader, "reading: x"); }),
      Doing("b", Succeed, {"a"}), Doing("c", Succeed, {"b"}), Doing("d", Succeed)};
  FakeHost host(tasks);
  RunTasks(tasks, {.most_at_once = 2}, host, {});
  EXPECT_THAT(host.statuses["b"], HasKind(ErrorKind::kStaleHeader));
  EXPECT_THAT(host.statuses["b"], StatusMessageHas("the task before it failed: a"));
  EXPECT_THAT(host.statuses["c"], StatusMessageHas("the task before it failed: b"));
  EXPECT_OK(host.statuses["d"]);
  EXPECT_THAT(host.begun, testing::UnorderedElementsAre("a", "d"));
}

TEST(TaskRunnerTest, RunsNothingBehindATaskThatCouldNotBePublished) {
  const std::vector<Task> tasks = {Doing("a", Succeed), Doing("b", Succeed, {"a"})};
  FakeHost host(tasks);
  host.unpublished = "a";
  RunTasks(tasks, {}, host, {});
  EXPECT_THAT(host.statuses["b"], HasKind(ErrorKind::kConflict));
}

TEST(TaskRunnerTest, DoesNotWaitForATaskThatNobodyAskedFor) {
  const std::vector<Task> tasks = {Doing("b", Succeed, {"a"})};
  FakeHost host(tasks);
  RunTasks(tasks, {}, host, {});
  EXPECT_OK(host.statuses["b"]);
}

TEST(TaskRunnerTest, MakesFailuresOfWhateverIsThrown) {
  const std::vector<Task> tasks = {
      Doing("exception",
            [](TaskServices&) -> arrow::Status { throw std::runtime_error("no rate"); }),
      Doing("number", [](TaskServices&) -> arrow::Status { throw 42; }),
      Doing("memory", [](TaskServices&) -> arrow::Status { throw std::bad_alloc(); }),
      Doing("fine", Succeed)};
  FakeHost host(tasks);
  RunTasks(tasks, {}, host, {});
  EXPECT_THAT(host.statuses["exception"], HasKind(ErrorKind::kTask));
  EXPECT_THAT(host.statuses["exception"], StatusMessageHas("threw: no rate"));
  EXPECT_THAT(host.statuses["number"], HasKind(ErrorKind::kTask));
  EXPECT_THAT(host.statuses["memory"], HasKind(ErrorKind::kOutOfMemory));
  EXPECT_OK(host.statuses["fine"]);
}

TEST(TaskRunnerTest, KeepsTheTextOfAFailureWithoutKind) {
  const std::vector<Task> tasks = {
      Doing("plain",
            [](TaskServices&) { return arrow::Status::Invalid("no such rate"); }),
      Doing("known", [](TaskServices&) {
        return MakeError(ErrorKind::kDiskFull, "writing: full", "make room");
      })};
  FakeHost host(tasks);
  RunTasks(tasks, {}, host, {});
  EXPECT_THAT(host.statuses["plain"], HasKind(ErrorKind::kTask));
  EXPECT_THAT(host.statuses["plain"], StatusMessageHas("no such rate"));
  EXPECT_THAT(host.statuses["known"], HasKind(ErrorKind::kDiskFull));
  EXPECT_THAT(host.statuses["known"], StatusHintHas("make room"));
}

TEST(TaskRunnerTest, StopsATaskThatIsOverItsTimeLimit) {
  std::vector<Task> tasks = {Doing("endless", WaitForStop), Doing("fine", Succeed)};
  tasks[0].time_limit = std::chrono::seconds(1);
  FakeHost host(tasks);
  RunTasks(tasks, {}, host, {});
  EXPECT_THAT(host.statuses["endless"], HasKind(ErrorKind::kTimeout));
  EXPECT_THAT(host.statuses["endless"], StatusMessageHas("its time limit: 1"));
  EXPECT_GT(host.ticks, 0);
  EXPECT_OK(host.statuses["fine"]);
}

TEST(TaskRunnerTest, StopsEverythingWhenTheRunIsStopped) {
  std::stop_source stop;
  const std::vector<Task> tasks = {Doing("a",
                                         [&](TaskServices& services) {
                                           stop.request_stop();
                                           return WaitForStop(services);
                                         }),
                                   Doing("b", Succeed)};
  FakeHost host(tasks);
  RunTasks(tasks, {.most_at_once = 1}, host, stop.get_token());
  EXPECT_THAT(host.statuses["a"], HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(host.statuses["b"], HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(host.begun, ElementsAre("a"));
}

}  // namespace
}  // namespace carmilla
