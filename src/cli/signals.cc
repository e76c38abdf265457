#include "cli/signals.h"

#include <unistd.h>

namespace carmilla {
namespace {

/// How a shell reports a process that died of a signal.
constexpr int kSignalExitBase = 128;
/// Wakes the watching thread when nothing is left to watch for.
constexpr int kWakeSignal = SIGUSR1;

/// The signal that came first, 0 if none. As signals, it belongs to the process.
std::atomic<int> first_signal = 0;

}  // namespace

SignalWatcher::SignalWatcher() {
  sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM, kWakeSignal}) sigaddset(&watched_, signal);
  pthread_sigmask(SIG_BLOCK, &watched_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::jthread([this] { Watch(); });
}

SignalWatcher::~SignalWatcher() {
  is_done_ = true;
  pthread_kill(thread_.native_handle(), kWakeSignal);
}

void SignalWatcher::Watch() {
  while (!is_done_) {
    int caught = 0;
    if (sigwait(&watched_, &caught) != 0 || caught == kWakeSignal) continue;
    if (first_signal != 0) _exit(kSignalExitBase + caught);
    first_signal = caught;
    stop_source_.request_stop();
  }
}

ErrorKind KindOfStop() {
  return first_signal == SIGTERM ? ErrorKind::kTerminated : ErrorKind::kInterrupted;
}

}  // namespace carmilla
