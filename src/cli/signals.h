#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include "core/error.h"

namespace carmilla {

/// Turns SIGINT and SIGTERM into a stop request; a second one ends the process at once.
/// Make one in main before any other thread starts: it blocks the signals in the calling
/// thread, and threads that start later inherit that. Also ignores SIGPIPE, so that a
/// closed pipe is an error of the write.
class SignalWatcher {
 public:
  SignalWatcher();
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

  std::stop_token token() const { return stop_source_.get_token(); }

 private:
  void Watch();

  sigset_t watched_{};
  std::atomic<bool> is_done_ = false;
  std::stop_source stop_source_;
  std::jthread thread_;
};

/// What a stop of this process means: kTerminated if SIGTERM came first, else
/// kInterrupted.
ErrorKind KindOfStop();

}  // namespace carmilla
