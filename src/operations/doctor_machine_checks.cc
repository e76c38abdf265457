#include "core/quantity.h"
#include "operations/doctor_checks.h"

namespace carmilla {
namespace {

/// What a process has open besides: libraries, output, sockets, the lake's folders.
constexpr int64_t kOpenFiles = 32;
/// Of a worker: its socket, a file for each partition that it writes at once.
constexpr int64_t kOpenFilesPerWorker = 16;

}  // namespace

Findings FindBudgetBeyondMemory(const DoctorFacts& facts) {
  const int64_t available = facts.machine.memory_bytes;
  if (available == 0 || facts.configuration.memory_bytes <= available) return {};
  return {{.what = "`memory: " + FormatBytes(facts.configuration.memory_bytes) +
                   "` is more than this machine or container gives, " +
                   FormatBytes(available)}};
}

Findings FindFewOpenFiles(const DoctorFacts& facts) {
  const int64_t needed = kOpenFiles + kOpenFilesPerWorker * facts.plan.workers;
  if (facts.machine.open_files >= needed) return {};
  return {{.what = "a process may have " + FormatCount(facts.machine.open_files) +
                   " files open here; a run may need " + FormatCount(needed),
           .where = {"ulimit -n"}}};
}

Findings FindFewCores(const DoctorFacts& facts) {
  if (facts.configuration.threads <= facts.machine.cores) return {};
  return {{.what = "`threads: " + std::to_string(facts.configuration.threads) +
                   "` on a machine with " + FormatCount(facts.machine.cores) +
                   " cores: more connections than work for them",
           .where = {"threads"}}};
}

Findings FindIgnoredPasswordFile(const DoctorFacts& facts) {
  if (facts.machine.ignored_password_file.empty()) return {};
  const std::string& path = facts.machine.ignored_password_file;
  return {{.what = "others may read the password file, so it is ignored",
           .where = {path},
           .cure = {"chmod 600 '" + path + "'"}}};
}

}  // namespace carmilla
