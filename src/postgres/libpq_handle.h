#pragma once

#include <libpq-fe.h>

#include <memory>

namespace carmilla {

struct ConnectionCloser {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ResultCloser {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct CancelCloser {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

/// The handles of libpq, each freed by its own function. For postgres/ only.
using ConnectionHandle = std::unique_ptr<PGconn, ConnectionCloser>;
using ResultHandle = std::unique_ptr<PGresult, ResultCloser>;
using CancelHandle = std::unique_ptr<PGcancel, CancelCloser>;

}  // namespace carmilla
