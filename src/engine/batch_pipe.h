#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include <arrow/status.h>

#include "stream/batch_source.h"

namespace carmilla {

/// Writes batches on a thread of its own, so that the server can be read while earlier
/// rows are still encoded.
///
/// Order: batches are written in the order of Push, one at a time. Memory: batches that
/// wait or are being written hold at most `most_bytes`; a larger one is alone and Push
/// returns when it is written. Errors: the first one of `write`, which may throw, ends
/// the pipe and comes back, or is thrown, from the next Push or Drain, or from Finish.
/// All of them belong to one thread.
class BatchPipe {
 public:
  using Write = std::function<arrow::Status(const SourceBatch&)>;

  /// Push returns kInterrupted soon after `stop` is requested.
  BatchPipe(Write write, int64_t most_bytes, std::stop_token stop);
  /// Throws away what waits and returns when nothing is being written any more.
  ~BatchPipe() = default;
  BatchPipe(const BatchPipe&) = delete;
  BatchPipe& operator=(const BatchPipe&) = delete;

  arrow::Status Push(SourceBatch batch);

  /// Returns when everything pushed so far is written.
  arrow::Status Drain();

  /// Returns when everything is written. Nothing may be pushed afterwards.
  arrow::Status Finish();

 private:
  struct Waiting {
    SourceBatch batch;
    int64_t bytes = 0;
  };

  void Run(const std::stop_token& abandoned);
  arrow::Status WriteOne(const SourceBatch& batch);
  arrow::Status AwaitRoom(std::unique_lock<std::mutex>& lock, int64_t bytes);

  const Write write_;
  const int64_t most_bytes_;
  const std::stop_token stop_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  int64_t held_bytes_ = 0;  // of what waits and what is being written
  bool is_complete_ = false;
  arrow::Status status_;
  std::exception_ptr exception_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace carmilla
