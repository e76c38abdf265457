#pragma once

#include <chrono>
#include <filesystem>

#include <arrow/result.h>

#include "store/posix_file.h"

namespace carmilla {

/// Tries to take an open-file-description lock on a whole file; returns 0 or the errno.
int TryLock(const FileDescriptor& file);

/// Holds the lock of a folder: an open-file-description lock on its file `.lock`, which
/// stays. It excludes other threads and other processes alike, and ends with its process.
class FolderLock {
 public:
  /// Waits for the lock at most `timeout`, then fails with kLockTimeout. kNotFound if the
  /// folder does not exist.
  static arrow::Result<FolderLock> Acquire(const std::filesystem::path& folder,
                                           std::chrono::milliseconds timeout);

 private:
  explicit FolderLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
};

}  // namespace carmilla
