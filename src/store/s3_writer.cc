#include "store/s3_writer.h"

#include <algorithm>
#include <utility>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/failpoint.h"
#include "core/log.h"

namespace carmilla {

S3Writer::S3Writer(std::shared_ptr<S3Bucket> bucket, std::string key)
    : bucket_(std::move(bucket)), key_(std::move(key)) {}

S3Writer::~S3Writer() { Discard(); }

size_t S3Writer::BytesOfPart(int64_t first, int number) {
  constexpr int64_t kLargest = int64_t{5} << 30;
  const int doublings = (number - 1) / 1000;
  return static_cast<size_t>(std::min(kLargest, first << doublings));
}

arrow::Status S3Writer::Write(const void* data, int64_t nbytes) {
  ARROW_RETURN_NOT_OK(failure_);
  if (is_closed_) {
    return MakeError(ErrorKind::kBug, "writing an object: the stream is closed: " + key_);
  }
  return Fail(Take({static_cast<const char*>(data), static_cast<size_t>(nbytes)}));
}

arrow::Status S3Writer::Take(std::string_view bytes) {
  crc32c_ = ExtendCrc32c(crc32c_, bytes.data(), bytes.size());
  length_ += static_cast<int64_t>(bytes.size());
  while (!bytes.empty()) {
    const size_t part = BytesOfPart(bucket_->options().part_bytes, num_parts_ + 1);
    // A full part is sent only when more follows: an object of one part is one PUT.
    if (buffer_.size() == part) {
      ARROW_RETURN_NOT_OK(SendPart());
      continue;
    }
    const size_t size = std::min(bytes.size(), part - buffer_.size());
    if (buffer_.capacity() < buffer_.size() + size) {
      // Not more than a part, which doubling would take.
      buffer_.reserve(
          std::min(part, std::max(buffer_.size() + size, 2 * buffer_.capacity())));
    }
    buffer_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return arrow::Status::OK();
}

arrow::Status S3Writer::SendPart() {
  if (upload_id_.empty()) {
    ARROW_ASSIGN_OR_RAISE(upload_id_, bucket_->BeginUpload(key_, write_id_));
  }
  const auto window = static_cast<size_t>(bucket_->options().parts_in_flight);
  while (in_flight_.size() >= window) ARROW_RETURN_NOT_OK(AwaitPart());
  ++num_parts_;
  in_flight_.push_back(std::async(
      std::launch::async, [bucket = bucket_, key = key_, upload_id = upload_id_,
                           number = num_parts_, part = std::exchange(buffer_, {})] {
        return bucket->UploadPart(key, upload_id, number, part);
      }));
  return arrow::Status::OK();
}

arrow::Status S3Writer::AwaitPart() {
  auto part = in_flight_.front().get();
  in_flight_.pop_front();
  ARROW_RETURN_NOT_OK(part.status());
  parts_.push_back(*std::move(part));
  return Failpoint("store.part_uploaded");
}

arrow::Status S3Writer::Flush() { return failure_; }

arrow::Status S3Writer::Close() {
  is_closed_ = true;
  return failure_;
}

arrow::Status S3Writer::Abort() {
  is_closed_ = true;
  Discard();
  if (failure_.ok()) {
    failure_ =
        MakeError(ErrorKind::kBug, "publishing an object: it was discarded: " + key_);
  }
  return arrow::Status::OK();
}

arrow::Status S3Writer::Commit() {
  ARROW_RETURN_NOT_OK(failure_);
  is_closed_ = true;
  ARROW_RETURN_NOT_OK(Fail(Publish()));
  failure_ = MakeError(ErrorKind::kBug,
                       "publishing an object: it is published already: " + key_);
  return arrow::Status::OK();
}

arrow::Status S3Writer::Publish() {
  if (upload_id_.empty()) {
    ARROW_RETURN_NOT_OK(Failpoint("store.before_put"));
    ARROW_RETURN_NOT_OK(bucket_->Put(key_, buffer_).status());
    buffer_ = {};
    return arrow::Status::OK();
  }
  ARROW_RETURN_NOT_OK(SendPart());
  while (!in_flight_.empty()) ARROW_RETURN_NOT_OK(AwaitPart());
  ARROW_RETURN_NOT_OK(Failpoint("store.before_complete"));
  const auto etag = bucket_->CompleteUpload(
      key_, upload_id_, parts_,
      {.write_id = write_id_, .bytes = length_, .crc32c = crc32c_});
  // Done, or perhaps done: then nothing is undone. What S3 refused is aborted.
  if (etag.ok() || InfoOf(KindOf(etag.status())).is_retryable) upload_id_.clear();
  return etag.status();
}

// Remembers a failure, and gives up what was uploaded so far.
arrow::Status S3Writer::Fail(const arrow::Status& status) {
  if (status.ok()) return status;
  failure_ = status;
  Discard();
  return status;
}

void S3Writer::Discard() {
  buffer_ = {};
  // A part that arrives after the upload was aborted would stay, and cost.
  for (auto& part : in_flight_) part.wait();
  in_flight_.clear();
  const std::string upload_id = std::exchange(upload_id_, {});
  if (upload_id.empty()) return;
  const arrow::Status aborted = bucket_->AbortUpload(key_, upload_id, /*is_brief=*/true);
  if (!aborted.ok()) {
    LogWarning("an unfinished upload may be left in the bucket: " + aborted.message());
  }
}

}  // namespace carmilla
