#include "store/directory_writer.h"

#include <utility>

#include "core/crc32c.h"
#include "core/error.h"
#include "core/failpoint.h"

namespace carmilla {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

}  // namespace

DirectoryWriter::DirectoryWriter(TemporaryFile temporary, std::filesystem::path target,
                                 std::filesystem::path root)
    : temporary_(std::move(temporary)),
      target_(std::move(target)),
      root_(std::move(root)) {
  buffer_.reserve(kBufferBytes);
}

arrow::Status DirectoryWriter::WriteThrough(std::string_view bytes) {
  failure_ = WriteAll(temporary_.file(), bytes, temporary_.path());
  return failure_;
}

arrow::Status DirectoryWriter::Write(const void* data, int64_t nbytes) {
  ARROW_RETURN_NOT_OK(failure_);
  if (is_closed_) {
    return MakeError(ErrorKind::kBug,
                     "writing an object: it is closed: " + target_.string());
  }
  const std::string_view bytes(static_cast<const char*>(data),
                               static_cast<size_t>(nbytes));
  crc32c_ = ExtendCrc32c(crc32c_, bytes.data(), bytes.size());
  length_ += nbytes;
  if (buffer_.size() + bytes.size() > kBufferBytes) ARROW_RETURN_NOT_OK(Flush());
  if (bytes.size() >= kBufferBytes) return WriteThrough(bytes);
  buffer_.append(bytes);
  return arrow::Status::OK();
}

arrow::Status DirectoryWriter::Flush() {
  ARROW_RETURN_NOT_OK(failure_);
  if (buffer_.empty()) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(WriteThrough(buffer_));
  buffer_.clear();
  return arrow::Status::OK();
}

arrow::Status DirectoryWriter::Close() {
  is_closed_ = true;
  return Flush();
}

arrow::Status DirectoryWriter::Abort() {
  is_closed_ = true;
  if (failure_.ok()) {
    failure_ = MakeError(ErrorKind::kBug,
                         "writing an object: it was discarded: " + target_.string());
  }
  temporary_.Remove();
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>>
DirectoryWriter::OpenUncommitted() {
  ARROW_RETURN_NOT_OK(Close());
  ARROW_RETURN_NOT_OK(Failpoint("store.written"));
  return OpenForReading(temporary_.path());
}

arrow::Status DirectoryWriter::Commit() {
  ARROW_RETURN_NOT_OK(Close());
  const arrow::Status published = Publish();
  // A second Commit must not succeed, whatever became of the first.
  failure_ =
      published.ok()
          ? MakeError(ErrorKind::kBug,
                      "writing an object: it was published already: " + target_.string())
          : published;
  return published;
}

arrow::Status DirectoryWriter::Publish() {
  ARROW_RETURN_NOT_OK(SyncFile(temporary_.file(), temporary_.path()));
  ARROW_RETURN_NOT_OK(Failpoint("store.synced"));
  ARROW_RETURN_NOT_OK(temporary_.MoveTo(target_));
  ARROW_RETURN_NOT_OK(Failpoint("store.renamed"));
  return SyncFolders(target_.parent_path(), root_);
}

}  // namespace carmilla
