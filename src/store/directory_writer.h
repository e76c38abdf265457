#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "store/temporary_file.h"
#include "stream/object_store.h"

namespace carmilla {

/// Writes one file of a directory store; see ObjectWriter.
class DirectoryWriter : public ObjectWriter {
 public:
  /// `temporary` must lie in the folder of `target`, which lies under `root`.
  DirectoryWriter(TemporaryFile temporary, std::filesystem::path target,
                  std::filesystem::path root);

  using ObjectWriter::Write;
  arrow::Status Write(const void* data, int64_t nbytes) override;
  arrow::Status Flush() override;
  arrow::Status Close() override;
  arrow::Status Abort() override;
  bool closed() const override { return is_closed_; }
  arrow::Result<int64_t> Tell() const override { return length_; }

  arrow::Status Commit() override;
  arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenUncommitted() override;
  uint32_t crc32c() const override { return crc32c_; }

 private:
  arrow::Status WriteThrough(std::string_view bytes);
  arrow::Status Publish();

  TemporaryFile temporary_;
  const std::filesystem::path target_;
  const std::filesystem::path root_;
  std::string buffer_;
  int64_t length_ = 0;
  uint32_t crc32c_ = 0;
  bool is_closed_ = false;
  arrow::Status failure_;  // Of an earlier call; nothing may be published after it.
};

}  // namespace carmilla
