#include "plan/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "core/quantity.h"

namespace carmilla {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

arrow::Status ReadingFailed(const std::string& path, int error_number) {
  return MakeError(ErrorKind::kConfiguration,
                   "reading " + path + ": " + std::strerror(error_number));
}

arrow::Status CheckPrivate(const std::string& path, const struct stat& status) {
  const mode_t forbidden =
      status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & forbidden) == 0) return arrow::Status::OK();
  return MakeError(ErrorKind::kConfiguration,
                   "reading " + path + ": other users may read or change this secret",
                   "chmod 600 " + path);
}

}  // namespace

arrow::Result<std::string> ReadTextFile(const std::string& path,
                                        const TextFileOptions& options) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return ReadingFailed(path, errno);
  struct stat status{};
  if (fstat(file.number(), &status) != 0) return ReadingFailed(path, errno);
  if (S_ISDIR(status.st_mode)) return ReadingFailed(path, EISDIR);
  if (options.must_be_private) {
    ARROW_RETURN_NOT_OK(CheckPrivate(path, status));
  }
  std::string content;
  while (true) {
    char block[1 << 14];
    const ssize_t size = read(file.number(), block, sizeof block);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ReadingFailed(path, errno);
    if (size == 0) return content;
    content.append(block, static_cast<size_t>(size));
    if (content.size() > options.limit_bytes) {
      return MakeError(ErrorKind::kConfiguration,
                       "reading " + path + ": larger than " +
                           FormatBytes(static_cast<int64_t>(options.limit_bytes)));
    }
  }
}

std::string ResolvePath(const std::string& path, const std::string& folder) {
  std::filesystem::path resolved = path;
  const char* home =
      std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (path.starts_with("~/") && home != nullptr) {
    resolved = std::filesystem::path(home) / path.substr(2);
  } else if (resolved.is_relative() && !folder.empty()) {
    resolved = std::filesystem::path(folder) / path;
  }
  return resolved.lexically_normal().string();
}

}  // namespace carmilla
