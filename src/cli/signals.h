#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include "core/error.h"

namespace carmilla {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request; a second one ends the process at
/// once, unless it is a SIGHUP, which a terminal that closes brings more than once.
/// SIGHUP stays ignored if it was when the process began (nohup). Make one in main before
/// any other thread starts: it blocks the signals in the calling thread, and threads that
/// start later inherit that. Also ignores SIGPIPE, so that a closed pipe is an error of
/// the write.
class SignalWatcher {
 public:
  SignalWatcher();
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void Watch();

  sigset_t watched_{};
  std::atomic<bool> is_done_ = false;
  std::jthread thread_;
};

/// The token of the next stop.
std::stop_token StopToken();

/// Forgets a Ctrl-C and returns the token of the next one, for prompts that go on. From
/// then on a second Ctrl-C does not end the process. SIGTERM and SIGHUP are not
/// forgotten: the token is requested already.
std::stop_token RenewStop();

/// What a stop of this process means: kTerminated if SIGTERM came, kHungUp if SIGHUP did
/// and no SIGTERM before it, else kInterrupted.
ErrorKind KindOfStop();

}  // namespace carmilla
