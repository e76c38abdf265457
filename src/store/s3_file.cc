#include "store/s3_file.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/crc32c.h"
#include "core/error.h"

namespace carmilla {
namespace {

constexpr int64_t kEndBytes = 64 << 10;

class S3File : public arrow::io::RandomAccessFile {
 public:
  S3File(std::shared_ptr<S3Bucket> bucket, std::string key, S3Object object)
      : bucket_(std::move(bucket)),
        key_(std::move(key)),
        bytes_(object.bytes),
        etag_(std::move(object.etag)),
        end_(std::move(object.contents)),
        checksum_(object.crc32c) {}

  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Result<int64_t> GetSize() override { return bytes_; }
  arrow::Status Seek(int64_t position) override {
    if (position < 0) return Misused("a position below zero");
    position_ = position;
    return arrow::Status::OK();
  }

  arrow::Result<int64_t> Read(int64_t nbytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const int64_t read, ReadAt(position_, nbytes, out));
    position_ += read;
    return read;
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t nbytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, nbytes));
    position_ += buffer->size();
    return buffer;
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t nbytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const std::string bytes, Fetch(position, nbytes));
    std::memcpy(out, bytes.data(), bytes.size());
    return static_cast<int64_t>(bytes.size());
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position,
                                                       int64_t nbytes) override {
    ARROW_ASSIGN_OR_RAISE(std::string bytes, Fetch(position, nbytes));
    return arrow::Buffer::FromString(std::move(bytes));
  }

 private:
  arrow::Status Misused(const char* problem) const {
    return MakeError(ErrorKind::kBug,
                     "reading an object: " + std::string(problem) + ": " + key_);
  }

  arrow::Result<std::string> Fetch(int64_t position, int64_t nbytes) {
    if (is_closed_) return Misused("the file is closed");
    if (position < 0 || nbytes < 0) return Misused("a position below zero");
    const int64_t length = std::min(nbytes, bytes_ - std::min(position, bytes_));
    if (length == 0) return std::string();
    const int64_t end_begins = bytes_ - static_cast<int64_t>(end_.size());
    std::string bytes;
    if (position >= end_begins) {
      bytes = end_.substr(static_cast<size_t>(position - end_begins),
                          static_cast<size_t>(length));
    } else {
      ARROW_ASSIGN_OR_RAISE(bytes, bucket_->GetRange(key_, etag_, position, length));
    }
    ARROW_RETURN_NOT_OK(Follow(position, bytes));
    return bytes;
  }

  // Keeps the checksum of what was read from the beginning without a gap.
  arrow::Status Follow(int64_t position, const std::string& bytes) {
    const std::scoped_lock lock(mutex_);
    if (position != followed_to_) return arrow::Status::OK();
    followed_ = ExtendCrc32c(followed_, bytes.data(), bytes.size());
    followed_to_ += static_cast<int64_t>(bytes.size());
    if (followed_to_ != bytes_) return arrow::Status::OK();
    // No answer to a range tells the checksum. An object that is gone cannot be asked.
    if (!checksum_.has_value()) {
      const auto object = bucket_->Head(key_);
      if (object.ok() && object->etag == etag_) checksum_ = object->crc32c;
    }
    if (checksum_.has_value() && followed_ != *checksum_) {
      return MakeError(ErrorKind::kCorruptData,
                       "reading an object: the bytes are not those of its checksum: " +
                           S3UriOf(bucket_->options(), key_));
    }
    return arrow::Status::OK();
  }

  const std::shared_ptr<S3Bucket> bucket_;
  const std::string key_;
  const int64_t bytes_;
  const std::string etag_;
  const std::string end_;  ///< The last bytes, perhaps all.
  int64_t position_ = 0;
  bool is_closed_ = false;
  std::mutex mutex_;  ///< Guards what follows: ReadAt is called by several threads.
  std::optional<uint32_t> checksum_;
  int64_t followed_to_ = 0;
  uint32_t followed_ = 0;
};

}  // namespace

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenS3File(
    std::shared_ptr<S3Bucket> bucket, std::string key) {
  ARROW_ASSIGN_OR_RAISE(S3Object object, bucket->GetEnd(key, kEndBytes));
  return std::make_shared<S3File>(std::move(bucket), std::move(key), std::move(object));
}

}  // namespace carmilla
