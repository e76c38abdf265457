#include "store/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <arrow/io/file.h>

#include "core/error.h"
#include "store/errno_error.h"

namespace carmilla {
namespace {

constexpr mode_t kFileMode = 0666;
constexpr mode_t kFolderMode = 0777;

arrow::Status SyncFolder(const std::filesystem::path& folder) {
  ARROW_ASSIGN_OR_RAISE(const FileDescriptor file,
                        OpenFile(folder, O_RDONLY | O_DIRECTORY));
  // Some network file systems know no fsync of folders and say EINVAL: there is nothing
  // to do.
  if (::fsync(file.get()) != 0 && errno != EINVAL) {
    return ErrnoError(errno, "making a folder durable", folder);
  }
  return arrow::Status::OK();
}

}  // namespace

void FileDescriptor::Close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

arrow::Result<FileDescriptor> OpenFile(const std::filesystem::path& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, kFileMode);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) {
    const std::string_view doing =
        (flags & O_CREAT) != 0 ? "creating a file" : "opening a file";
    return ErrnoError(errno, doing, path);
  }
  return FileDescriptor(descriptor);
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenForReading(
    const std::filesystem::path& path) {
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, OpenFile(path, O_RDONLY));
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) {
    return ErrnoError(errno, "opening a file", path);
  }
  if (!S_ISREG(info.st_mode)) return ErrnoError(ENOENT, "opening a file", path);
  ARROW_ASSIGN_OR_RAISE(auto opened, arrow::io::ReadableFile::Open(file.get()));
  file.Release();
  return opened;
}

arrow::Status WriteAll(const FileDescriptor& file, std::string_view bytes,
                       const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoError(errno, "writing a file", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return arrow::Status::OK();
}

arrow::Result<std::string> ReadAll(const std::filesystem::path& path, size_t limit) {
  ARROW_ASSIGN_OR_RAISE(const FileDescriptor file, OpenFile(path, O_RDONLY));
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return ErrnoError(errno, "reading a file", path);
  if (!S_ISREG(info.st_mode)) return ErrnoError(ENOENT, "reading a file", path);
  if (std::cmp_greater(info.st_size, limit)) {
    return ErrnoError(EFBIG, "reading a file", path);
  }
  std::string contents(static_cast<size_t>(info.st_size), '\0');
  size_t length = 0;
  while (length < contents.size()) {
    const ssize_t count =
        ::read(file.get(), contents.data() + length, contents.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError(errno, "reading a file", path);
    if (count == 0) break;
    length += static_cast<size_t>(count);
  }
  contents.resize(length);
  return contents;
}

arrow::Status SyncFile(const FileDescriptor& file, const std::filesystem::path& path) {
  // Once only: after a failed fsync the kernel may have dropped the pages, and a second
  // one would report success for bytes that are gone.
  if (::fsync(file.get()) != 0) return ErrnoError(errno, "making a file durable", path);
  return arrow::Status::OK();
}

arrow::Status SyncFolders(const std::filesystem::path& folder,
                          const std::filesystem::path& root) {
  // The parents as well: another process may have made them a moment ago and died before
  // they were durable.
  for (std::filesystem::path current = folder;; current = current.parent_path()) {
    ARROW_RETURN_NOT_OK(SyncFolder(current));
    if (current == root || current == current.parent_path()) return arrow::Status::OK();
  }
}

arrow::Status MakeFolders(const std::filesystem::path& folder) {
  struct stat info{};
  if (::stat(folder.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return arrow::Status::OK();
    return ErrnoError(ENOTDIR, "creating a folder", folder);
  }
  if (errno != ENOENT) return ErrnoError(errno, "creating a folder", folder);
  const std::filesystem::path parent = folder.parent_path();
  if (parent == folder) return ErrnoError(ENOENT, "creating a folder", folder);
  ARROW_RETURN_NOT_OK(MakeFolders(parent));
  if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return ErrnoError(errno, "creating a folder", folder);
  }
  return SyncFolder(parent);
}

}  // namespace carmilla
