#pragma once

#include <filesystem>
#include <string_view>

#include <arrow/status.h>

namespace carmilla {

/// Translates the `errno` of a failed system call on `path`; `doing` begins the message:
/// "writing a file". Full disks and quotas are kDiskFull, missing rights and read-only
/// file systems kPermission, missing files kNotFound, all else kIo.
arrow::Status ErrnoError(int error, std::string_view doing,
                         const std::filesystem::path& path);

}  // namespace carmilla
