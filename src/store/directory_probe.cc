#include "store/directory_probe.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "core/error.h"
#include "store/errno_error.h"
#include "store/folder_lock.h"
#include "store/temporary_file.h"

namespace carmilla {
namespace {

arrow::Result<TemporaryFile> MakeProbe(const std::filesystem::path& folder) {
  constexpr char kDoing[] = "checking the folder";
  arrow::Result<TemporaryFile> file = TemporaryFile::Create(folder);
  if (file.ok()) return file;
  if (KindOf(file.status()) != ErrorKind::kNotFound) {
    return WithContext(file.status(), kDoing);
  }
  // The folder is there, so its file system makes none: /proc, /sys.
  return MakeError(
      ErrorKind::kIo,
      std::string(kDoing) + ": no file can be made there: " + folder.string(),
      "choose a folder on another file system");
}

arrow::Status ProbeLinks(TemporaryFile* file, const std::filesystem::path& folder) {
  ARROW_ASSIGN_OR_RAISE(TemporaryFile link,
                        TemporaryFile::CreateLink(file->path(), folder));
  // Publishing stands on link(2) refusing a name that is taken.
  if (KindOf(link.LinkTo(file->path())) != ErrorKind::kConflict) {
    return MakeError(
        ErrorKind::kIo,
        "checking the folder: a hard link replaced a file: " + folder.string(),
        "choose a folder on another file system");
  }
  return arrow::Status::OK();
}

arrow::Status ProbeLocks(const TemporaryFile& file, const std::filesystem::path& folder) {
  constexpr std::string_view kHint =
      "two runs could overwrite each other's results there; choose a folder on a file "
      "system with working locks";
  ARROW_ASSIGN_OR_RAISE(const FileDescriptor other, OpenFile(file.path(), O_RDWR));
  if (const int error = TryLock(file.file()); error != 0) {
    return MakeError(ErrorKind::kIo,
                     "checking the folder: locking failed: " +
                         std::generic_category().message(error) + ": " + folder.string(),
                     std::string(kHint));
  }
  if (TryLock(other) == 0) {
    return MakeError(ErrorKind::kIo,
                     "checking the folder: a lock was granted twice: " + folder.string(),
                     std::string(kHint));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::filesystem::path> NearestFolder(std::filesystem::path path) {
  for (;;) {
    struct stat info{};
    if (::stat(path.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) return path;
      return ErrnoError(ENOTDIR, "checking the folder", path);
    }
    if (errno != ENOENT || path == path.parent_path()) {
      return ErrnoError(errno, "checking the folder", path);
    }
    path = path.parent_path();
  }
}

arrow::Status ProbeDirectory(const std::filesystem::path& root) {
  ARROW_ASSIGN_OR_RAISE(const std::filesystem::path folder, NearestFolder(root));
  ARROW_ASSIGN_OR_RAISE(TemporaryFile file, MakeProbe(folder));
  // One block, so that a disk without any room is found before an hour's work.
  ARROW_RETURN_NOT_OK(WriteAll(file.file(), std::string(4096, ' '), file.path()));
  ARROW_RETURN_NOT_OK(SyncFile(file.file(), file.path()));
  ARROW_RETURN_NOT_OK(ProbeLinks(&file, folder));
  return ProbeLocks(file, folder);
}

}  // namespace carmilla
