#pragma once

#include <stop_token>
#include <string>

#include <arrow/result.h>

#include "postgres/libpq_handle.h"
#include "postgres/session.h"

namespace carmilla {

/// An open connection that nobody has spoken to yet.
struct ConnectionAttempt {
  ConnectionHandle connection;
  std::string description;  ///< `user@host:port/database`.
};

/// Opens a connection; for Session::Connect only, which then pins it.
arrow::Result<ConnectionAttempt> AttemptConnection(const ConnectionSettings& settings,
                                                   const std::stop_token& stop);

}  // namespace carmilla
