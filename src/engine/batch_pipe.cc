#include "engine/batch_pipe.h"

#include <utility>

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "core/error.h"

namespace carmilla {

BatchPipe::BatchPipe(Write write, int64_t most_bytes, std::stop_token stop)
    : write_(std::move(write)),
      most_bytes_(most_bytes),
      stop_(std::move(stop)),
      thread_([this](const std::stop_token& abandoned) { Run(abandoned); }) {}

arrow::Status BatchPipe::Push(SourceBatch batch) {
  const int64_t bytes = arrow::util::TotalBufferSize(*batch.rows);
  std::unique_lock lock(mutex_);
  ARROW_RETURN_NOT_OK(AwaitRoom(lock, bytes));
  held_bytes_ += bytes;
  waiting_.push_back({.batch = std::move(batch), .bytes = bytes});
  changed_.notify_all();
  return bytes > most_bytes_ ? AwaitRoom(lock, bytes) : arrow::Status::OK();
}

arrow::Status BatchPipe::Drain() {
  std::unique_lock lock(mutex_);
  return AwaitRoom(lock, most_bytes_);
}

arrow::Status BatchPipe::Finish() {
  {
    const std::scoped_lock lock(mutex_);
    is_complete_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (exception_) std::rethrow_exception(exception_);
  return status_;
}

/// Waits until `bytes` more may be held, which nothing at all always may.
arrow::Status BatchPipe::AwaitRoom(std::unique_lock<std::mutex>& lock, int64_t bytes) {
  const bool is_done = changed_.wait(lock, stop_, [&] {
    return !status_.ok() || exception_ || held_bytes_ == 0 ||
           held_bytes_ + bytes <= most_bytes_;
  });
  if (exception_) std::rethrow_exception(exception_);
  ARROW_RETURN_NOT_OK(status_);
  if (!is_done) return MakeError(ErrorKind::kInterrupted, "writing: interrupted");
  return arrow::Status::OK();
}

void BatchPipe::Run(const std::stop_token& abandoned) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, abandoned, [&] { return is_complete_ || !waiting_.empty(); });
    if (abandoned.stop_requested() || waiting_.empty()) return;
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    arrow::Status status = WriteOne(next.batch);
    next.batch.rows.reset();  // before others take its place
    lock.lock();
    held_bytes_ -= next.bytes;
    status_ = std::move(status);
    changed_.notify_all();
    if (!status_.ok() || exception_) return;
  }
}

/// What is thrown must not end the process: it goes to who pushes.
arrow::Status BatchPipe::WriteOne(const SourceBatch& batch) {
  try {
    return write_(batch);
  } catch (...) {
    const std::scoped_lock lock(mutex_);
    exception_ = std::current_exception();
    return arrow::Status::OK();
  }
}

}  // namespace carmilla
