#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <arrow/result.h>

namespace carmilla {

/// How far a file system keeps what it is given.
enum class FileSystemTrust : uint8_t {
  kLocal,   ///< Nothing is known against it.
  kRemote,  ///< Over the network or in user space: links, locks and fsync may be hollow.
  kVolatile,  ///< In memory: empty after a restart.
};

struct FileSystemKind {
  std::string name;  ///< `ext4`, `nfs`; the magic number where it is not known.
  FileSystemTrust trust = FileSystemTrust::kLocal;
};

/// The kind of file system that `magic`, f_type of statfs(2), names.
FileSystemKind FileSystemOf(int64_t magic);

/// What is known of the folder of a lake before anything is written there.
struct FolderFacts {
  std::filesystem::path folder;  ///< The nearest that exists.
  bool exists = false;           ///< It is the very folder that was asked for.
  FileSystemKind file_system;
  int64_t free_bytes = 0;       ///< For an ordinary user.
  bool is_open_to_all = false;  ///< Any user of the machine may change its files.
};

/// Looks at `path` or, where it does not exist yet, at its nearest existing parent.
/// Writes nothing. Errors as ErrnoError.
arrow::Result<FolderFacts> ReadFolderFacts(const std::filesystem::path& path);

}  // namespace carmilla
