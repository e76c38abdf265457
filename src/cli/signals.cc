#include "cli/signals.h"

#include <unistd.h>

#include <mutex>

namespace carmilla {
namespace {

/// How a shell reports a process that died of a signal.
constexpr int kSignalExitBase = 128;
/// Wakes the watching thread when nothing is left to watch for.
constexpr int kWakeSignal = SIGUSR1;

// As signals, these belong to the process.
/// The signal that asked for the stop, 0 if none: one that ends a prompt, too, replaces
/// one that does not.
std::atomic<int> stop_signal = 0;
/// A prompt goes on after Ctrl-C.
std::atomic<bool> is_prompting = false;
/// The source of the next stop.
struct StopSource {
  std::mutex mutex;
  std::stop_source source;
};

StopSource& TheStopSource() {
  static StopSource source;
  return source;
}

/// No prompt goes on after these.
bool IsFinal(int signal) { return signal == SIGTERM || signal == SIGHUP; }

bool IsIgnored(int signal) {
  struct sigaction action{};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

std::stop_source CurrentStopSource() {
  const std::scoped_lock lock(TheStopSource().mutex);
  return TheStopSource().source;
}

}  // namespace

SignalWatcher::SignalWatcher() {
  sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM, kWakeSignal}) sigaddset(&watched_, signal);
  if (!IsIgnored(SIGHUP)) sigaddset(&watched_, SIGHUP);
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
    const bool is_forgivable = (is_prompting && caught == SIGINT) || caught == SIGHUP;
    if (stop_signal != 0 && !is_forgivable) _exit(kSignalExitBase + caught);
    if (!IsFinal(stop_signal)) stop_signal = caught;
    CurrentStopSource().request_stop();
  }
}

std::stop_token StopToken() { return CurrentStopSource().get_token(); }

std::stop_token RenewStop() {
  is_prompting = true;
  const std::scoped_lock lock(TheStopSource().mutex);
  if (!IsFinal(stop_signal)) {
    stop_signal = 0;
    TheStopSource().source = std::stop_source();
  }
  return TheStopSource().source.get_token();
}

ErrorKind KindOfStop() {
  switch (stop_signal) {
    case SIGTERM:
      return ErrorKind::kTerminated;
    case SIGHUP:
      return ErrorKind::kHungUp;
    default:
      return ErrorKind::kInterrupted;
  }
}

}  // namespace carmilla
