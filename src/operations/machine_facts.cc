#include "operations/machine_facts.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace carmilla {
namespace {

/// The limit of the container as control groups tell it, version 2 then 1; 0 if none.
int64_t ContainerLimit() {
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    int64_t bytes = 0;
    if (file >> bytes && bytes > 0) return bytes;
  }
  return 0;
}

int64_t MemoryBytes() {
  struct sysinfo info{};
  int64_t bytes = 0;
  if (::sysinfo(&info) == 0) {
    bytes = static_cast<int64_t>(info.totalram) * static_cast<int64_t>(info.mem_unit);
  }
  const int64_t limit = ContainerLimit();
  if (limit == 0) return bytes;
  return bytes == 0 ? limit : std::min(bytes, limit);
}

std::string PasswordFile() {
  if (const char* path = std::getenv("PGPASSFILE"); path != nullptr) return path;
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.pgpass";
}

/// As libpq decides: group and others must have no right at all.
std::string IgnoredPasswordFile() {
  std::string path = PasswordFile();
  struct stat info{};
  if (path.empty() || ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return "";
  }
  return (info.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? path : "";
}

}  // namespace

MachineFacts ReadMachineFacts() {
  MachineFacts facts;
  facts.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  facts.memory_bytes = MemoryBytes();
  struct rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    facts.open_files = files.rlim_cur == RLIM_INFINITY
                           ? INT64_MAX
                           : static_cast<int64_t>(files.rlim_cur);
  }
  facts.ignored_password_file = IgnoredPasswordFile();
  return facts;
}

}  // namespace carmilla
