#pragma once

#include <filesystem>

#include <arrow/status.h>

namespace carmilla {

/// See ObjectStore::CheckWritable. Tries a file, a hard link and a lock in `root`, or in
/// its nearest existing parent, and removes them again.
arrow::Status ProbeDirectory(const std::filesystem::path& root);

}  // namespace carmilla
