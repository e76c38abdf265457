#include "engine/process_memory.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <new>
#include <string>
#include <system_error>

#include "core/error.h"

namespace carmilla {
namespace {

/// What the system counts against RLIMIT_DATA by now (proc(5), /proc/PID/statm). Stacks
/// of the first thread are in it too, which is a little.
arrow::Result<int64_t> OwnDataBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  for (int field = 0; field < 6; ++field) file >> pages;
  if (!file) {
    return MakeError(ErrorKind::kIo,
                     "limiting the memory of a task: /proc/self/statm is not there");
  }
  return pages * ::sysconf(_SC_PAGESIZE);
}

/// What is left to tell that there is no memory.
constexpr rlim_t kReserveBytes = 8U << 20;

/// The first `new` that fails gives way to the reserve: the limit may have been reached
/// by what stays, and then not even an error could be made.
void OpenReserve() {
  std::set_new_handler(nullptr);
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, limit.rlim_cur + kReserveBytes);
  ::setrlimit(RLIMIT_DATA, &limit);
  throw std::bad_alloc();
}

}  // namespace

arrow::Result<MemoryLimit> MemoryLimit::Set(int64_t bytes) {
  ARROW_ASSIGN_OR_RAISE(const int64_t own, OwnDataBytes());
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  const MemoryLimit made(limit.rlim_cur);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, static_cast<rlim_t>(own + bytes));
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) {
    return MakeError(ErrorKind::kIo, "limiting the memory of a task: " +
                                         std::system_category().message(errno));
  }
  std::set_new_handler(OpenReserve);
  return made;
}

void MemoryLimit::Lift() const {
  std::set_new_handler(nullptr);
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = before_;
  ::setrlimit(RLIMIT_DATA, &limit);
}

int64_t StackBytes() {
  pthread_attr_t attributes;
  size_t bytes = 0;
  if (::pthread_getattr_default_np(&attributes) != 0) return 0;
  ::pthread_attr_getstacksize(&attributes, &bytes);
  ::pthread_attr_destroy(&attributes);
  return static_cast<int64_t>(bytes);
}

void OfferToOutOfMemoryKiller() {
  std::ofstream("/proc/self/oom_score_adj") << "500";  // Of 1000; may be forbidden.
}

}  // namespace carmilla
