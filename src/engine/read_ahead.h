#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <arrow/result.h>

#include "stream/batch_source.h"

namespace carmilla {

/// Reads another source on a thread of its own, so that the next rows come while earlier
/// ones are computed with: the other side of BatchPipe.
///
/// Order and batches are those of the source. Memory: batches that wait hold at most
/// `most_bytes`, or are one. Errors: one of the source, which may throw, comes back, or
/// is thrown, from the Next that has no batch left to give, and from every later one.
class ReadAhead final : public BatchSource {
 public:
  /// The source is asked with the token of `stop`, which the destructor requests too.
  ReadAhead(std::unique_ptr<BatchSource> source, int64_t most_bytes,
            std::stop_source stop);
  /// Returns when the source has ended its last call.
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  const std::shared_ptr<arrow::Schema>& schema() const override {
    return source_->schema();
  }
  arrow::Result<std::optional<SourceBatch>> Next(std::stop_token stop) override;

 private:
  struct Waiting {
    SourceBatch batch;
    int64_t bytes = 0;
  };

  void Run();
  arrow::Status ReadAll();
  bool Put(SourceBatch batch);

  const std::unique_ptr<BatchSource> source_;
  const int64_t most_bytes_;
  std::stop_source stop_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  int64_t waiting_bytes_ = 0;
  bool has_ended_ = false;
  arrow::Status status_;
  std::exception_ptr exception_;
  std::jthread thread_;  // last: it ends before the rest goes
};

}  // namespace carmilla
