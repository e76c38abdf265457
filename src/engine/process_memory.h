#pragma once

#include <cstdint>

#include <arrow/result.h>

namespace carmilla {

/// A limit of the memory that this process may still take for its data, as long as it
/// lives: beyond it the system gives no more, so that `new` throws and Arrow fails.
/// Threads' stacks count, files and shared memory do not (RLIMIT_DATA). When `new` has
/// failed once there are some MiB more, to tell of it with.
class MemoryLimit {
 public:
  /// `bytes` more than what the process has by now. kIo.
  static arrow::Result<MemoryLimit> Set(int64_t bytes);
  /// Lifts the limit, for those who tell that it was reached.
  void Lift() const;

 private:
  explicit MemoryLimit(uint64_t before) : before_(before) {}

  uint64_t before_;  ///< Soft limit.
};

/// What the stack of a thread counts for.
int64_t StackBytes();

/// When the whole machine has no memory left, this process is ended before others.
void OfferToOutOfMemoryKiller();

}  // namespace carmilla
