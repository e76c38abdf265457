#include "engine/read_ahead.h"

#include <utility>

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include "core/error.h"

namespace carmilla {

ReadAhead::ReadAhead(std::unique_ptr<BatchSource> source, int64_t most_bytes,
                     std::stop_source stop)
    : source_(std::move(source)),
      most_bytes_(most_bytes),
      stop_(std::move(stop)),
      thread_([this] { Run(); }) {}

ReadAhead::~ReadAhead() { stop_.request_stop(); }

arrow::Result<std::optional<SourceBatch>> ReadAhead::Next(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return has_ended_ || !waiting_.empty(); });
  if (!waiting_.empty() && !stop.stop_requested()) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= next.bytes;
    changed_.notify_all();
    return std::move(next.batch);
  }
  if (has_ended_ && exception_) std::rethrow_exception(exception_);
  if (has_ended_) ARROW_RETURN_NOT_OK(status_);
  if (stop.stop_requested()) {
    return MakeError(ErrorKind::kInterrupted, "reading: interrupted");
  }
  return std::nullopt;
}

void ReadAhead::Run() {
  arrow::Status status;
  std::exception_ptr exception;
  try {
    status = ReadAll();
  } catch (...) {
    exception = std::current_exception();
  }
  const std::scoped_lock lock(mutex_);
  status_ = std::move(status);
  exception_ = exception;
  has_ended_ = true;
  changed_.notify_all();
}

arrow::Status ReadAhead::ReadAll() {
  for (;;) {
    ARROW_ASSIGN_OR_RAISE(auto batch, source_->Next(stop_.get_token()));
    if (!batch.has_value()) return arrow::Status::OK();
    if (!Put(*std::move(batch))) {
      return MakeError(ErrorKind::kInterrupted, "reading: interrupted");
    }
  }
}

/// Waits for room; false when nobody wants more.
bool ReadAhead::Put(SourceBatch batch) {
  const int64_t bytes = arrow::util::TotalBufferSize(*batch.rows);
  std::unique_lock lock(mutex_);
  const bool has_room = changed_.wait(lock, stop_.get_token(), [&] {
    return waiting_.empty() || waiting_bytes_ + bytes <= most_bytes_;
  });
  if (!has_room) return false;
  waiting_bytes_ += bytes;
  waiting_.push_back({.batch = std::move(batch), .bytes = bytes});
  changed_.notify_all();
  return true;
}

}  // namespace carmilla
