#pragma once

#include <future>
#include <memory>
#include <mutex>
#include <stop_token>

#include <arrow/result.h>

#include "postgres/session.h"

namespace carmilla {

/// Where the workers of a run get their sessions from. Thread-safe, but for ConnectAhead.
class WorkerSessions {
 public:
  explicit WorkerSessions(ConnectionSettings settings);

  /// Begins to connect the session of the worker that will be first to ask, unless one
  /// waits already.
  void ConnectAhead(std::stop_token stop);

  /// The session that was connected ahead, for one worker; a new one for any other.
  /// `stop` ends its calls.
  arrow::Result<std::unique_ptr<Session>> Connect(std::stop_token stop);

 private:
  using Pending = std::future<arrow::Result<std::unique_ptr<Session>>>;

  const ConnectionSettings settings_;
  std::mutex mutex_;
  Pending ahead_;  // Invalid: none.
};

}  // namespace carmilla
