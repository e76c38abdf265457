#pragma once

#include <deque>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/s3_bucket.h"
#include "stream/object_store.h"

namespace carmilla {

/// Writes one object of a bucket; see ObjectWriter. What fits one part is one PUT at
/// Commit. A larger object is a multipart upload that is begun with its first full part:
/// parts travel while the next is filled, and Write waits when
/// S3StoreOptions::parts_in_flight are on their way. The upload is aborted by every
/// failure, by Abort and by destruction.
class S3Writer : public ObjectWriter {
 public:
  S3Writer(std::shared_ptr<S3Bucket> bucket, std::string key);
  ~S3Writer() override;
  S3Writer(const S3Writer&) = delete;
  S3Writer& operator=(const S3Writer&) = delete;

  using ObjectWriter::Write;
  arrow::Status Write(const void* data, int64_t nbytes) override;
  arrow::Status Flush() override;
  arrow::Status Close() override;
  arrow::Status Abort() override;
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return length_; }

  arrow::Status Commit() override;
  uint32_t crc32c() const override { return crc32c_; }

  /// Size of part `number` (the first is 1): twice as much after every thousand, so that
  /// 10,000 parts are more than the largest object of S3.
  static size_t BytesOfPart(int64_t first, int number);

 private:
  arrow::Status Take(std::string_view bytes);
  arrow::Status SendPart();
  arrow::Status AwaitPart();
  arrow::Status Publish();
  arrow::Status Fail(const arrow::Status& status);
  void Discard();

  const std::shared_ptr<S3Bucket> bucket_;
  const std::string key_;
  const std::string write_id_ = S3Bucket::NewWriteId();
  std::string buffer_;
  std::string upload_id_;  ///< "" before the first full part, and when it is over.
  int num_parts_ = 0;
  std::deque<std::future<arrow::Result<S3Part>>> in_flight_;
  std::vector<S3Part> parts_;
  int64_t length_ = 0;
  uint32_t crc32c_ = 0;
  bool is_closed_ = false;
  arrow::Status failure_;  ///< Of an earlier call; nothing may be published after it.
};

}  // namespace carmilla
