#pragma once

#include <memory>

struct pg_cancel;
struct pg_conn;
struct pg_result;

namespace carmilla {

/// Frees the handles of libpq, each by its own function.
struct LibpqDeleter {
  void operator()(pg_conn* connection) const;
  void operator()(pg_result* result) const;
  void operator()(pg_cancel* cancel) const;
};

using ConnectionHandle = std::unique_ptr<pg_conn, LibpqDeleter>;
using ResultHandle = std::unique_ptr<pg_result, LibpqDeleter>;
using CancelHandle = std::unique_ptr<pg_cancel, LibpqDeleter>;

}  // namespace carmilla
