#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>

#include <arrow/result.h>

#include "engine/task.h"
#include "engine/task_channel.h"
#include "engine/task_message.h"
#include "store/posix_file.h"

namespace carmilla {

/// The services of a task that runs in a process of its own: asks the run, which is at
/// the other end of a channel (engine/task_server.h).
///
/// A thread takes what the run sends as it comes, so that the run never waits for the
/// task. Every open source has asked for one batch more than the task has taken, and
/// every open table has one that the run has not yet answered, so that both work at once;
/// an error of Write may therefore come from the next call. What is open must be closed
/// before the client ends.
class TaskClient final : public TaskServices {
 public:
  /// The stop is requested when the other end of `stop_pipe`, or of the channel, is
  /// closed. `channel` must outlive the client, which shuts it down.
  TaskClient(TaskChannel* channel, FileDescriptor stop_pipe, TaskOrder order);
  ~TaskClient() override;
  TaskClient(const TaskClient&) = delete;
  TaskClient& operator=(const TaskClient&) = delete;

  arrow::Result<std::unique_ptr<BatchSource>> Read(const TaskRead& read) override;
  arrow::Result<std::unique_ptr<TaskWriter>> Write(const TaskTable& table) override;
  arrow::Status Reserve(int64_t bytes) override;
  std::stop_token stop() const override { return stop_.get_token(); }
  int64_t limit() const override { return order_.limit; }
  int threads() const override { return order_.threads; }

  /// Whether the run answered anything with kOutOfMemory, which told already what to do.
  bool was_refused_memory() const { return was_refused_memory_; }
  /// Tells the run how the task has ended, the last that it hears.
  arrow::Status End(const arrow::Status& status);

  // For sources and tables that are open.

  using Ticket = int64_t;
  /// Sends a request; its answer is taken by Await or given up by Forget.
  arrow::Result<Ticket> Ask(std::string_view what, Json request,
                            const arrow::Schema* schema = nullptr,
                            const arrow::RecordBatch* rows = nullptr);
  /// The answer, or the error that it tells; kInterrupted, with the ticket still good,
  /// when `stop` is requested before.
  arrow::Result<TaskMessage> Await(Ticket ticket, std::stop_token stop);
  void Forget(Ticket ticket);
  void Close(int64_t id);

 private:
  arrow::Result<TaskMessage> Call(std::string_view what, Json request,
                                  const arrow::Schema* schema = nullptr);
  void Run();
  arrow::Status ReceiveOne();
  void Lose(const arrow::Status& status);
  int64_t NextId();

  TaskChannel* const channel_;
  const FileDescriptor stop_pipe_;
  const TaskOrder order_;
  std::stop_source stop_;
  std::atomic<bool> was_refused_memory_ = false;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int64_t last_id_ = 0;
  std::map<Ticket, std::optional<TaskMessage>> answers_;
  std::optional<arrow::Status> lost_;  ///< Why no more answers come.
  std::jthread thread_;                // last: it ends before the rest goes
};

}  // namespace carmilla
