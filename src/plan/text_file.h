#pragma once

#include <arrow/result.h>

#include <cstddef>
#include <string>

namespace carmilla {

struct TextFileOptions {
  size_t limit_bytes = 1 << 20;
  /// Nobody but the owner may be able to read the file. As libpq does for keys, a file of
  /// root's may be readable by its group, which is how Kubernetes mounts secrets.
  bool must_be_private = false;
};

/// Reads a whole file. What is wrong is kConfiguration, with a message that names `path`
/// and nothing of the content: missing, a folder, unreadable, too large, or open to
/// others.
arrow::Result<std::string> ReadTextFile(const std::string& path,
                                        const TextFileOptions& options = {});

/// Replaces a leading `~/` by the home folder and puts `folder` before a relative path
/// (unless `folder` is empty).
std::string ResolvePath(const std::string& path, const std::string& folder);

}  // namespace carmilla
