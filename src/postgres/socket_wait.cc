#include "postgres/socket_wait.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "core/error.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How soon a request to stop is seen while the server is silent.
constexpr milliseconds kSlice{50};

short PollEvents(SocketEvent event) {
  switch (event) {
    case SocketEvent::kReadable:
      return POLLIN;
    case SocketEvent::kWritable:
      return POLLOUT;
    case SocketEvent::kEither:
      break;
  }
  return POLLIN | POLLOUT;
}

}  // namespace

arrow::Status WaitForSocket(const pg_conn* connection, SocketEvent event,
                            const std::stop_token& stop,
                            std::optional<steady_clock::time_point> deadline) {
  pollfd descriptor{
      .fd = PQsocket(connection), .events = PollEvents(event), .revents = 0};
  if (descriptor.fd < 0) return arrow::Status::OK();
  while (true) {
    if (stop.stop_requested()) return MakeError(ErrorKind::kInterrupted, "interrupted");
    milliseconds slice = kSlice;
    if (deadline.has_value()) {
      const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now());
      if (left <= milliseconds::zero())
        return MakeError(ErrorKind::kTimeout, "no answer in time");
      slice = std::min(slice, left);
    }
    const int ready = poll(&descriptor, 1, static_cast<int>(slice.count()));
    if (ready > 0) return arrow::Status::OK();
    if (ready < 0 && errno != EINTR && errno != EAGAIN) {
      return MakeError(ErrorKind::kConnectionLost,
                       "waiting for the server: the socket fails");
    }
  }
}

}  // namespace carmilla
