#include "engine/task_services.h"

#include <utility>

#include "core/error.h"
#include "core/quantity.h"
#include "engine/lake_rows.h"
#include "engine/lake_store.h"
#include "engine/query_rows.h"
#include "engine/read_ahead.h"
#include "engine/table_scan.h"

namespace carmilla {
namespace {

std::string InputOf(const TaskRead& read) {
  switch (read.kind) {
    case TaskReadKind::kRelation:
      return read.relation.ToString();
    case TaskReadKind::kQuery:
      return "query";
    case TaskReadKind::kAthena:
      return "athena";
    case TaskReadKind::kLake:
      return read.table;
  }
  return "";
}

}  // namespace

arrow::Result<std::unique_ptr<BatchSource>> RunTaskServices::Read(const TaskRead& read) {
  ARROW_ASSIGN_OR_RAISE(auto source, Open(read));
  const std::scoped_lock lock(mutex_);
  inputs_.insert(InputOf(read));
  return source;
}

arrow::Result<std::unique_ptr<BatchSource>> RunTaskServices::Open(const TaskRead& read) {
  if (read.kind == TaskReadKind::kLake) return OpenLake(read);
  if (read.kind == TaskReadKind::kAthena) return OpenAthena(read);
  const TaskSourceSettings settings{.plan = environment_.plan,
                                    .configuration = environment_.configuration,
                                    .connection = environment_.connection,
                                    .snapshot = environment_.snapshot,
                                    .progress = &progress_};
  return OpenTaskSource(settings, read, stop_);
}

arrow::Result<std::unique_ptr<BatchSource>> RunTaskServices::OpenLake(
    const TaskRead& read) {
  std::shared_ptr<ObjectStore> store = environment_.destination.store;
  if (!environment_.destination.is_lake) {
    ARROW_ASSIGN_OR_RAISE(store, OpenLakeStore(environment_.configuration.lake, stop_));
  }
  ARROW_ASSIGN_OR_RAISE(auto table, OpenLakeRows(Lake(std::move(store)), read));
  {
    const std::scoped_lock lock(mutex_);
    // What the task makes of the table is as old as the first version that it read.
    read_runs_.try_emplace(read.table, std::move(table.run_id));
  }
  return ReadAheadOf(std::move(table.rows));
}

arrow::Result<std::unique_ptr<BatchSource>> RunTaskServices::OpenAthena(
    const TaskRead& read) {
  if (environment_.athena == nullptr) {
    return MakeError(ErrorKind::kUnsupported, "reading from Athena: not in this run");
  }
  ARROW_ASSIGN_OR_RAISE(auto answer, environment_.athena(read.query, stop_));
  ARROW_ASSIGN_OR_RAISE(auto rows, OpenQueryRows(std::move(answer), read));
  return ReadAheadOf(std::move(rows));
}

std::unique_ptr<BatchSource> RunTaskServices::ReadAheadOf(
    std::unique_ptr<BatchSource> rows) const {
  return std::make_unique<ReadAhead>(std::move(rows), PipeBytes(environment_.plan),
                                     std::stop_source());
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
  ARROW_RETURN_NOT_OK(CheckReplacesWhatWasRead(table.name, expected));
  const TaskTableSettings settings{.destination = environment_.destination,
                                   .row_group_bytes = environment_.plan.row_group_bytes,
                                   .pipe_bytes = PipeBytes(environment_.plan),
                                   .limit = environment_.options.limit};
  return OpenTaskTable(
      settings, std::move(plan), std::move(expected),
      [this](WrittenTable written) {
        const std::scoped_lock lock(mutex_);
        tables_.push_back(std::move(written));
      },
      stop_);
}

arrow::Status RunTaskServices::CheckReplacesWhatWasRead(
    const std::string& table, const std::optional<CurrentTable>& expected) {
  // Other destinations are not what was read.
  if (!environment_.destination.is_lake) return arrow::Status::OK();
  const std::string run = expected.has_value() ? expected->manifest.run_id : "none";
  const std::scoped_lock lock(mutex_);
  const auto read = read_runs_.find(table);
  if (read == read_runs_.end() || read->second == run) return arrow::Status::OK();
  return MakeError(ErrorKind::kConflict,
                   "writing table " + table +
                       ": another run published after the task had read it: " + run,
                   "run it again; nothing is damaged");
}

arrow::Status RunTaskServices::Reserve(int64_t bytes) {
  const std::scoped_lock lock(mutex_);
  if (bytes <= environment_.memory_bytes - reserved_bytes_) {
    reserved_bytes_ += bytes;
    return arrow::Status::OK();
  }
  return MakeError(
      ErrorKind::kOutOfMemory,
      "the task's share of `memory:` does not suffice: " +
          FormatBytes(reserved_bytes_ + bytes) + " of " +
          FormatBytes(environment_.memory_bytes),
      "keep fewer rows, columns or keys in memory: stream what needs no look-up, or "
      "raise `memory:`");
}

std::vector<WrittenTable> RunTaskServices::TakeTables() {
  const std::scoped_lock lock(mutex_);
  for (WrittenTable& table : tables_) {
    table.plan.task_inputs.assign(inputs_.begin(), inputs_.end());
  }
  return std::exchange(tables_, {});
}

}  // namespace carmilla
