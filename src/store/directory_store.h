#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include <arrow/result.h>

#include "stream/object_store.h"

namespace carmilla {

struct DirectoryStoreOptions {
  /// How long a swap waits for another process that is swapping in the same folder; then
  /// it fails with kLockTimeout. Only a stopped process holds the lock for longer than a
  /// moment.
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(30);
};

/// Opens the directory `root` as an object store; it is created by the first write.
/// Objects appear by rename or link(2) from a temporary name beginning with `.`, after
/// fsync of the file; fsync of the folders follows before success is reported.
/// CompareAndSwap, CopyWhile and DeleteWhile hold an open-file-description lock on
/// `.lock` in the folder of the object that is compared; CopyWhile makes a hard link. A
/// crash at any moment leaves the old or the new object, and perhaps a temporary file
/// that nobody reads.
std::shared_ptr<ObjectStore> OpenDirectoryStore(
    const std::filesystem::path& root, const DirectoryStoreOptions& options = {});

}  // namespace carmilla
