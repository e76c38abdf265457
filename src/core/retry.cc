#include "core/retry.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace carmilla {

RetryPolicy RetryPolicyOf(ErrorKind kind) {
  using std::chrono::milliseconds;
  switch (kind) {
    case ErrorKind::kConnectionLost:
    case ErrorKind::kUnavailable:
      return {.max_attempts = 4,
              .first_wait = milliseconds(500),
              .longest_wait = milliseconds(8000)};
    case ErrorKind::kServerCancelled:
    case ErrorKind::kTimeout:
      // Three times cancelled means that the operator wants us gone.
      return {.max_attempts = 3,
              .first_wait = milliseconds(1000),
              .longest_wait = milliseconds(8000)};
    case ErrorKind::kLockTimeout:
      // The lock itself is waited for lock_timeout at most: never stay in the server's
      // queue.
      return {.max_attempts = 5,
              .first_wait = milliseconds(500),
              .longest_wait = milliseconds(4000)};
    default:
      return {};
  }
}

std::chrono::milliseconds WaitBefore(const RetryPolicy& policy, int attempt,
                                     double random) {
  const int doublings = std::clamp(attempt - 1, 0, 20);
  const auto ceiling =
      std::min(policy.longest_wait, policy.first_wait * (1 << doublings));
  return std::chrono::milliseconds(
      static_cast<int64_t>(random * static_cast<double>(ceiling.count())));
}

bool SleepUnlessStopped(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  return !stopped.wait_for(lock, stop, duration, [&] { return stop.stop_requested(); });
}

double RandomFraction() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace carmilla
