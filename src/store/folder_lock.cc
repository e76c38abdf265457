#include "store/folder_lock.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "core/error.h"
#include "store/errno_error.h"

namespace carmilla {
namespace {

constexpr std::chrono::milliseconds kLongestNap{20};

}  // namespace

int TryLock(const FileDescriptor& file) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(file.get(), F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

arrow::Result<FolderLock> FolderLock::Acquire(const std::filesystem::path& folder,
                                              std::chrono::milliseconds timeout) {
  const std::filesystem::path path = folder / ".lock";
  ARROW_ASSIGN_OR_RAISE(FileDescriptor file, OpenFile(path, O_RDWR | O_CREAT));
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  // Not F_OFD_SETLKW: it has no time limit, and the holder may be a stopped process.
  for (std::chrono::milliseconds nap{1};; nap = std::min(nap * 2, kLongestNap)) {
    const int error = TryLock(file);
    if (error == 0) return FolderLock(std::move(file));
    if (error != EAGAIN && error != EACCES && error != EINTR) {
      return ErrnoError(error, "locking a folder", path);
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return MakeError(
          ErrorKind::kLockTimeout,
          "locking a folder: another process holds it: " + path.string(),
          "is a run of Carmilla stopped or hanging? let it go on, or end it");
    }
    std::this_thread::sleep_for(nap);
  }
}

}  // namespace carmilla
