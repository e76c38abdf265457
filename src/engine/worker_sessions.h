#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <stop_token>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// Where the workers of a group of tables get their sessions from. Thread-safe, but for
/// ConnectAhead.
class WorkerSessions {
 public:
  explicit WorkerSessions(ConnectionSettings settings);
  /// Ends a session that nobody asked for, also while it is being connected; but waits
  /// for the look-up of a name and for a password source, as Session::Connect does.
  ~WorkerSessions();
  WorkerSessions(const WorkerSessions&) = delete;
  WorkerSessions& operator=(const WorkerSessions&) = delete;

  /// Begins to connect the session of the worker that will be first to ask. Once.
  void ConnectAhead(const std::stop_token& stop);

  /// The session that was connected ahead, for one worker; a new one for any other.
  /// `stop` ends the attempt, and the session's calls.
  arrow::Result<std::unique_ptr<Session>> Connect(std::stop_token stop);

 private:
  using Pending = std::future<arrow::Result<std::unique_ptr<Session>>>;

  const ConnectionSettings settings_;
  std::stop_source ending_;  // of what is connected ahead
  std::mutex mutex_;
  Pending ahead_;  // invalid: none
};

}  // namespace carmilla
