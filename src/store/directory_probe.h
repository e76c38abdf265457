#pragma once

#include <filesystem>

#include <arrow/result.h>
#include <arrow/status.h>

namespace carmilla {

/// `path` if it is a folder, else its nearest existing parent. kIo if a file stands in
/// the way.
arrow::Result<std::filesystem::path> NearestFolder(std::filesystem::path path);

/// See ObjectStore::CheckWritable. Tries a file, a hard link and a lock in `root`, or in
/// its nearest existing parent, and removes them again.
arrow::Status ProbeDirectory(const std::filesystem::path& root);

}  // namespace carmilla
