#pragma once

#include <chrono>
#include <stop_token>

#include "core/error.h"

namespace carmilla {

/// How often a repeatable step is tried inside one run, and how long to wait between.
struct RetryPolicy {
  int max_attempts = 1;
  std::chrono::milliseconds first_wait{0};
  std::chrono::milliseconds longest_wait{0};
};

/// The policy of a kind; kinds that a repetition cannot cure have max_attempts = 1.
RetryPolicy RetryPolicyOf(ErrorKind kind);

/// The wait before attempt `attempt` + 1 (the first attempt is 1): exponential with full
/// jitter, so that workers that failed together do not come back together. `random` is
/// uniform in [0, 1).
std::chrono::milliseconds WaitBefore(const RetryPolicy& policy, int attempt,
                                     double random);

/// Sleeps, or returns false at once when `stop` is requested.
bool SleepUnlessStopped(std::chrono::milliseconds duration, const std::stop_token& stop);

/// A uniform random number in [0, 1); thread safe.
double RandomFraction();

}  // namespace carmilla
