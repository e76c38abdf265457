#include "engine/worker_sessions.h"

#include <utility>

namespace carmilla {

WorkerSessions::WorkerSessions(ConnectionSettings settings)
    : settings_(std::move(settings)) {}

WorkerSessions::~WorkerSessions() { ending_.request_stop(); }

void WorkerSessions::ConnectAhead(const std::stop_token& stop) {
  // Without a policy: where the system gives no thread, it is connected when asked for.
  ahead_ = std::async([this, stop] {
    const std::stop_callback forward(stop, [this] { ending_.request_stop(); });
    return Session::Connect(settings_, ending_.get_token());
  });
}

arrow::Result<std::unique_ptr<Session>> WorkerSessions::Connect(std::stop_token stop) {
  Pending ahead;
  {
    const std::scoped_lock lock(mutex_);
    ahead = std::move(ahead_);
  }
  if (!ahead.valid()) return Session::Connect(settings_, std::move(stop));
  const std::stop_callback forward(stop, [this] { ending_.request_stop(); });
  ARROW_ASSIGN_OR_RAISE(auto session, ahead.get());
  session->set_stop(std::move(stop));
  return session;
}

}  // namespace carmilla
