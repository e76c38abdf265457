#include "engine/task_source.h"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <arrow/record_batch.h>

#include "core/error.h"
#include "core/retry.h"
#include "engine/read_ahead.h"
#include "engine/scan_unit.h"
#include "engine/table_scan.h"
#include "engine/task_read.h"

namespace carmilla {
namespace {

using StopCallback = std::stop_callback<std::function<void()>>;

/// The rows of one planned read, and the connection that they come through.
class TaskSource final : public BatchSource {
 public:
  TaskSource(const TaskSourceSettings& settings, std::unique_ptr<Session> session,
             TablePlan table, const std::stop_source& stop,
             const std::stop_token& task_stop)
      : settings_(settings),
        of_task_(task_stop, [stop]() mutable { stop.request_stop(); }),
        of_snapshot_(settings.snapshot.lost(), [stop]() mutable { stop.request_stop(); }),
        session_(std::move(session)),
        table_(std::move(table)),
        units_(CutIntoUnits({table_})),
        scan_(*session_, {.snapshot = settings.snapshot.token(),
                          .plan = settings.plan,
                          .table = table_,
                          .scans = units_.front().scans}) {}

  const std::shared_ptr<arrow::Schema>& schema() const override { return scan_.schema(); }

  arrow::Status Start() { return scan_.Start(); }

  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override {
    auto batch = scan_.Next(std::move(stop));
    if (!batch.ok()) {
      ARROW_RETURN_NOT_OK(settings_.snapshot.status());
      return batch;
    }
    settings_.progress->wire_bytes += scan_.wire_bytes() - counted_bytes_;
    counted_bytes_ = scan_.wire_bytes();
    if (batch->has_value()) settings_.progress->rows += (*batch)->rows->num_rows();
    return batch;
  }

 private:
  const TaskSourceSettings settings_;
  const StopCallback of_task_;
  const StopCallback of_snapshot_;
  const std::unique_ptr<Session> session_;
  const TablePlan table_;
  const std::vector<ScanUnit> units_;  // One: a single reader takes all rows.
  TableScan scan_;
  int64_t counted_bytes_ = 0;
};

arrow::Result<std::unique_ptr<BatchSource>> OpenOnce(const TaskSourceSettings& settings,
                                                     const TaskRead& read,
                                                     const std::stop_token& task_stop) {
  ARROW_RETURN_NOT_OK(settings.snapshot.status());
  std::stop_source stop;
  const StopCallback forward(task_stop, [stop]() mutable { stop.request_stop(); });
  ARROW_ASSIGN_OR_RAISE(auto session,
                        Session::Connect(settings.connection, stop.get_token()));
  ARROW_RETURN_NOT_OK(ImportSnapshot(*session, settings.snapshot.token()));
  ARROW_ASSIGN_OR_RAISE(TablePlan table,
                        PlanTaskRead(*session, settings.configuration, read));
  // Every scan is a transaction of its own.
  ARROW_RETURN_NOT_OK(EndTransaction(*session));
  auto source = std::make_unique<TaskSource>(settings, std::move(session),
                                             std::move(table), stop, task_stop);
  ARROW_RETURN_NOT_OK(source->Start());  // Here a lock may be waited for again.
  return std::make_unique<ReadAhead>(std::move(source), PipeBytes(settings.plan),
                                     std::move(stop));
}

}  // namespace

void TaskSnapshot::Lose(arrow::Status reason) {
  {
    const std::scoped_lock lock(mutex_);
    if (status_.ok()) status_ = std::move(reason);
  }
  lost_.request_stop();
}

arrow::Status TaskSnapshot::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

arrow::Result<std::unique_ptr<BatchSource>> OpenTaskSource(
    const TaskSourceSettings& settings, const TaskRead& read,
    const std::stop_token& stop) {
  for (int attempt = 1;; ++attempt) {
    auto source = OpenOnce(settings, read, stop);
    if (source.ok()) return source;
    const RetryPolicy policy = RetryPolicyOf(KindOf(source.status()));
    if (attempt >= policy.max_attempts) return source;
    if (!SleepUnlessStopped(WaitBefore(policy, attempt, RandomFraction()), stop)) {
      return MakeError(ErrorKind::kInterrupted, "reading: stopped before it began");
    }
  }
}

}  // namespace carmilla
