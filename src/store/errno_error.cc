#include "store/errno_error.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "core/error.h"

namespace carmilla {
namespace {

struct Translation {
  ErrorKind kind = ErrorKind::kIo;
  std::string_view hint;
};

Translation Translate(int error) {
  switch (error) {
    case ENOENT:
      return {ErrorKind::kNotFound, ""};
    case ENOSPC:
      return {
          ErrorKind::kDiskFull,
          "free some space or put the lake on a larger disk, then run again; what was "
          "published before is complete"};
    case EDQUOT:
      return {ErrorKind::kDiskFull,
              "the quota of this user is used up; raise it or free some space, then run "
              "again; what was published before is complete"};
    case EACCES:
    case EPERM:
      return {ErrorKind::kPermission,
              "give this user the right to read and write the folder and everything in "
              "it, or choose another one"};
    case EROFS:
      return {
          ErrorKind::kPermission,
          "the file system is mounted read-only; remount it or choose another folder"};
    case ENOTDIR:
      return {ErrorKind::kIo, "a file stands where a folder is needed; move it away"};
    case EISDIR:
      return {ErrorKind::kIo, "a folder stands where a file is needed; move it away"};
    case ENAMETOOLONG:
      return {ErrorKind::kIo, "choose a shorter name with `as:`"};
    case EMFILE:
    case ENFILE:
      return {ErrorKind::kIo, "raise the limit of open files (ulimit -n)"};
    case EXDEV:
      return {ErrorKind::kIo, "the folder must lie on one file system"};
    case EMLINK:
    case EOPNOTSUPP:
      return {ErrorKind::kIo,
              "the file system lacks hard links; choose a folder on another one"};
    case EIO:
      return {ErrorKind::kIo, "the disk reports a fault; look at the kernel's log"};
    default:
      return {};
  }
}

}  // namespace

arrow::Status ErrnoError(int error, std::string_view doing,
                         const std::filesystem::path& path) {
  const Translation translation = Translate(error);
  return MakeError(translation.kind,
                   std::string(doing) + ": " + std::generic_category().message(error) +
                       ": " + path.string(),
                   std::string(translation.hint));
}

}  // namespace carmilla
