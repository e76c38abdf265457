#pragma once

#include <cstdint>
#include <string>

namespace carmilla {

/// What the machine, or the container, gives this process.
struct MachineFacts {
  int cores = 1;
  int64_t memory_bytes = 0;  ///< The smaller of the machine's and the container's limit.
  int64_t open_files = 0;    ///< Soft limit of file descriptors.
  /// A password file of libpq (PGPASSFILE, ~/.pgpass) that libpq ignores because others
  /// may read it; "" if there is none.
  std::string ignored_password_file;
};

/// Asks the operating system; what it does not tell stays at its default.
MachineFacts ReadMachineFacts();

}  // namespace carmilla
