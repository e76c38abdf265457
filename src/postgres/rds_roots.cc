#include "postgres/rds_roots.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace carmilla {
namespace {

arrow::Status Unavailable(int error) {
  return MakeError(ErrorKind::kIo,
                   "connecting: cannot offer the authorities of Amazon RDS as a file: " +
                       std::generic_category().message(error),
                   "name a file of them with ca_file");
}

// Left open until the process ends: every connection reads it again.
arrow::Result<std::string> OpenRoots() {
  const std::string_view roots = RdsRoots();
  const int file = memfd_create("rds-roots", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return Unavailable(errno);
  for (size_t done = 0; done < roots.size();) {
    const ssize_t count = write(file, roots.data() + done, roots.size() - done);
    if (count < 0 && errno != EINTR) return Unavailable(errno);
    if (count > 0) done += static_cast<size_t>(count);
  }
  if (fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    return Unavailable(errno);
  }
  std::string path = "/proc/self/fd/" + std::to_string(file);
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return Unavailable(errno);
  return path;
}

bool EndsWith(std::string_view host, std::string_view suffix) {
  return host.size() > suffix.size() &&
         std::ranges::equal(
             host.substr(host.size() - suffix.size()), suffix,
             [](unsigned char left, char right) { return std::tolower(left) == right; });
}

}  // namespace

bool IsRdsHost(std::string_view host) {
  return EndsWith(host, ".rds.amazonaws.com") || EndsWith(host, ".rds.amazonaws.com.cn");
}

arrow::Result<std::string> RdsRootsPath() {
  static const arrow::Result<std::string> path = OpenRoots();
  return path;
}

}  // namespace carmilla
