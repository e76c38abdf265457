#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <arrow/io/type_fwd.h>
#include <arrow/result.h>

namespace carmilla {

/// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    Close();
    descriptor_ = other.Release();
    return *this;
  }
  ~FileDescriptor() { Close(); }

  int get() const { return descriptor_; }
  int Release() { return std::exchange(descriptor_, -1); }
  void Close();

 private:
  int descriptor_ = -1;
};

/// Opens `path` with the flags of open(2); files that it creates follow the umask.
arrow::Result<FileDescriptor> OpenFile(const std::filesystem::path& path, int flags);

/// Opens a file for random reads; kNotFound also for what is not a file.
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(
    const std::filesystem::path& path);

/// Writes all of `bytes` at the end of what was written before.
arrow::Status WriteAll(const FileDescriptor& file, std::string_view bytes,
                       const std::filesystem::path& path);

/// Reads a whole file of at most `limit` bytes; kNotFound also for what is not a file.
arrow::Result<std::string> ReadAll(const std::filesystem::path& path, size_t limit);

/// Makes the contents of a file durable.
arrow::Status SyncFile(const FileDescriptor& file, const std::filesystem::path& path);

/// Makes the entries of `folder`, and of every folder from there up to `root`, durable.
arrow::Status SyncFolders(const std::filesystem::path& folder,
                          const std::filesystem::path& root);

/// Makes `folder` and its missing parents, durably.
arrow::Status MakeFolders(const std::filesystem::path& folder);

}  // namespace carmilla
