#pragma once

#include <filesystem>

#include <arrow/result.h>

#include "store/posix_file.h"

namespace carmilla {

/// A file under a name that no object can have (`.tmp-<process>-<random>`), in the folder
/// where its contents will appear. Removed when the object dies, unless moved; what a
/// killed process leaves is ignored by every reader and never taken up again.
class TemporaryFile {
 public:
  /// Creates an empty file; `folder` must exist.
  static arrow::Result<TemporaryFile> Create(const std::filesystem::path& folder);

  /// Creates another name of the file `source` (a hard link).
  static arrow::Result<TemporaryFile> CreateLink(const std::filesystem::path& source,
                                                 const std::filesystem::path& folder);

  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() { Remove(); }

  const FileDescriptor& file() const { return file_; }
  const std::filesystem::path& path() const { return path_; }

  /// Gives the file the name `target`, replacing an existing file atomically.
  arrow::Status MoveTo(const std::filesystem::path& target);

  /// Gives the file the name `target`; kConflict if a file of that name exists.
  arrow::Status LinkTo(const std::filesystem::path& target);

  void Remove();

 private:
  TemporaryFile(FileDescriptor file, std::filesystem::path path)
      : file_(std::move(file)), path_(std::move(path)) {}

  FileDescriptor file_;
  std::filesystem::path path_;
};

/// True for names of temporaries and locks, which are no objects.
bool IsHiddenName(std::string_view name);

}  // namespace carmilla
