#include "cli/signals.h"

#include <unistd.h>

#include <ctime>

namespace carmilla {
namespace {

constexpr timespec kTick{.tv_sec = 0, .tv_nsec = 100'000'000};
/// How a shell reports a process that died of a signal.
constexpr int kSignalExitBase = 128;

}  // namespace

SignalWatcher::SignalWatcher() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::jthread([this](const std::stop_token& done) { Watch(done); });
}

SignalWatcher::~SignalWatcher() = default;

void SignalWatcher::Watch(const std::stop_token& done) {
  while (!done.stop_requested()) {
    const int caught = sigtimedwait(&watched_, nullptr, &kTick);
    if (caught <= 0) continue;
    if (signal_ != 0) _exit(kSignalExitBase + caught);
    signal_ = caught;
    stop_source_.request_stop();
  }
}

}  // namespace carmilla
