#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include <arrow/status.h>

struct pg_conn;

namespace carmilla {

enum class SocketEvent { kReadable, kWritable, kEither };

/// Waits until the connection's socket is ready. kInterrupted within 50 ms after `stop`
/// is requested, kTimeout at `deadline`. An error of the socket counts as ready: libpq
/// tells it.
arrow::Status WaitForSocket(
    const pg_conn* connection, SocketEvent event, const std::stop_token& stop,
    std::optional<std::chrono::steady_clock::time_point> deadline);

}  // namespace carmilla
