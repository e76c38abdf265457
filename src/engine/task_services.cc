#include "engine/task_services.h"

#include <utility>

#include "core/error.h"
#include "core/quantity.h"
#include "engine/table_scan.h"

namespace carmilla {

arrow::Result<std::unique_ptr<BatchSource>> RunTaskServices::Read(const TaskRead& read) {
  const TaskSourceSettings settings{.plan = environment_.plan,
                                    .configuration = environment_.configuration,
                                    .connection = environment_.connection,
                                    .snapshot = environment_.snapshot,
                                    .progress = &progress_};
  ARROW_ASSIGN_OR_RAISE(auto source, OpenTaskSource(settings, read, stop_));
  const std::scoped_lock lock(mutex_);
  inputs_.insert(read.query.empty() ? read.relation.ToString() : "query");
  return source;
}

arrow::Result<std::unique_ptr<TaskWriter>> RunTaskServices::Write(
    const TaskTable& table) {
  TableDefaults defaults = environment_.configuration.defaults;
  const auto& catalog = environment_.destination.catalog;
  // A crawler takes every file that it sees for rows of the table.
  if (catalog != nullptr && !catalog->SettledBy({table.name}).empty()) {
    defaults.layout = Layout::kStable;
  }
  ARROW_ASSIGN_OR_RAISE(TablePlan plan,
                        PlanTaskTable(task_, table, environment_.options, defaults));
  ARROW_ASSIGN_OR_RAISE(auto expected, environment_.claim(plan));
  const TaskTableSettings settings{
      .destination = environment_.destination,
      .row_group_bytes = environment_.plan.row_group_bytes,
      .pipe_bytes = kBatchesInPipe * BatchBytes(environment_.plan),
      .limit = environment_.options.limit};
  return OpenTaskTable(
      settings, std::move(plan), std::move(expected),
      [this](WrittenTable written) {
        const std::scoped_lock lock(mutex_);
        tables_.push_back(std::move(written));
      },
      stop_);
}

arrow::Status RunTaskServices::Reserve(int64_t bytes) {
  const std::scoped_lock lock(mutex_);
  if (bytes <= environment_.memory_bytes - reserved_bytes_) {
    reserved_bytes_ += bytes;
    return arrow::Status::OK();
  }
  return MakeError(
      ErrorKind::kOutOfMemory,
      "keeping rows in memory: the task's share of `memory:` does not suffice: " +
          FormatBytes(reserved_bytes_ + bytes) + " of " +
          FormatBytes(environment_.memory_bytes),
      "stream the rows instead, read fewer columns or fewer rows of them, or raise "
      "`memory:`");
}

std::vector<WrittenTable> RunTaskServices::TakeTables() {
  const std::scoped_lock lock(mutex_);
  for (WrittenTable& table : tables_) {
    table.plan.task_inputs.assign(inputs_.begin(), inputs_.end());
  }
  return std::exchange(tables_, {});
}

}  // namespace carmilla
