#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <arrow/result.h>

#include "engine/destination.h"
#include "engine/progress.h"
#include "engine/run_planner.h"
#include "engine/task.h"
#include "engine/task_source.h"
#include "engine/task_table.h"
#include "plan/configuration.h"
#include "postgres/session.h"

namespace carmilla {

/// What tasks that run under one snapshot share. All must outlive them.
struct TaskEnvironment {
  const RunPlan& plan;
  const Configuration& configuration;
  const PlanOptions& options;
  const ConnectionSettings& connection;
  const Destination& destination;
  const TaskSnapshot& snapshot;
  /// Claims the name of a planned table for its task and tells the version to replace.
  /// Called by the tasks, from any thread.
  std::function<arrow::Result<std::optional<CurrentTable>>(const TablePlan&)> claim;
  const AthenaSelects& athena;  ///< May be null.
  int64_t memory_bytes = 0;     ///< That a task may reserve.
};

/// The services of one running task of a run.
class RunTaskServices final : public TaskServices {
 public:
  RunTaskServices(const TaskEnvironment& environment, std::string task,
                  std::stop_token stop)
      : environment_(environment), task_(std::move(task)), stop_(std::move(stop)) {}

  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) override;
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& table) override;
  arrow::Status Reserve(int64_t bytes) override;
  std::stop_token stop() const override { return stop_; }
  int64_t limit() const override { return environment_.options.limit; }
  int threads() const override { return environment_.plan.workers; }

  /// What the task wrote, in the order of Finish; call when its body has ended.
  std::vector<WrittenTable> TakeTables();
  /// What came from the server so far. Any thread.
  const TableProgress& progress() const { return progress_; }

 private:
  arrow::Result<std::unique_ptr<BatchSource>> Open(const TaskRead& read);
  arrow::Result<std::unique_ptr<BatchSource>> OpenLake(const TaskRead& read);
  arrow::Result<std::unique_ptr<BatchSource>> OpenAthena(const TaskRead& read);
  /// kConflict if rows of the table were read of a version that is no longer current.
  arrow::Status CheckReplacesWhatWasRead(const std::string& table,
                                         const std::optional<CurrentTable>& expected);
  std::unique_ptr<BatchSource> ReadAheadOf(std::unique_ptr<BatchSource> rows) const;

  const TaskEnvironment& environment_;
  const std::string task_;
  const std::stop_token stop_;
  TableProgress progress_;
  std::mutex mutex_;
  int64_t reserved_bytes_ = 0;
  std::set<std::string> inputs_;
  /// Of each table of the lake that was read, the run that published its version.
  std::map<std::string, std::string> read_runs_;
  std::vector<WrittenTable> tables_;
};

}  // namespace carmilla
