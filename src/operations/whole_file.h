#pragma once

#include <filesystem>
#include <string>

#include <arrow/status.h>

namespace carmilla {

/// Writes a file that appears complete or not at all, and lasts. Its folder must exist.
/// Without `replaces`, kConflict if there is a file of that name.
arrow::Status PutWholeFile(const std::filesystem::path& path, const std::string& contents,
                           bool replaces);

}  // namespace carmilla
