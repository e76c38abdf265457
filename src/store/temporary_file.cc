#include "store/temporary_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "core/error.h"
#include "store/errno_error.h"

namespace carmilla {
namespace {

arrow::Result<std::filesystem::path> UnusedPath(const std::filesystem::path& folder) {
  uint64_t random = 0;
  if (::getrandom(&random, sizeof(random), 0) != sizeof(random)) {
    return ErrnoError(errno, "choosing a temporary name", folder);
  }
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), ".tmp-%d-%016" PRIx64,
                static_cast<int>(::getpid()), random);
  return folder / name.data();
}

}  // namespace

bool IsHiddenName(std::string_view name) { return name.starts_with('.'); }

arrow::Result<TemporaryFile> TemporaryFile::Create(const std::filesystem::path& folder) {
  ARROW_ASSIGN_OR_RAISE(std::filesystem::path path, UnusedPath(folder));
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, OpenFile(path, O_WRONLY | O_CREAT | O_EXCL));
  return TemporaryFile(std::move(file), std::move(path));
}

arrow::Result<TemporaryFile> TemporaryFile::CreateLink(
    const std::filesystem::path& source, const std::filesystem::path& folder) {
  ARROW_ASSIGN_OR_RAISE(std::filesystem::path path, UnusedPath(folder));
  if (::link(source.c_str(), path.c_str()) != 0) {
    return ErrnoError(errno, "linking a file", source);
  }
  return TemporaryFile(FileDescriptor(), std::move(path));
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::exchange(other.path_, std::filesystem::path())) {}

arrow::Status TemporaryFile::MoveTo(const std::filesystem::path& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) {
    return ErrnoError(errno, "publishing a file", target);
  }
  // rename(2) leaves both names when they are links to one file already.
  Remove();
  return arrow::Status::OK();
}

arrow::Status TemporaryFile::LinkTo(const std::filesystem::path& target) {
  if (::link(path_.c_str(), target.c_str()) == 0) return arrow::Status::OK();
  const int error = errno;
  // Over NFS the first answer may be lost and the repetition fail; the count of names
  // tells.
  struct stat info{};
  if (::fstat(file_.get(), &info) == 0 && info.st_nlink == 2) return arrow::Status::OK();
  if (error == EEXIST) {
    return MakeError(ErrorKind::kConflict,
                     "creating an object: it exists already: " + target.string());
  }
  return ErrnoError(error, "publishing a file", target);
}

void TemporaryFile::Remove() {
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
  file_.Close();
}

}  // namespace carmilla
