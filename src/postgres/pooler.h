#pragma once

#include <stop_token>

#include <arrow/status.h>

#include "postgres/session.h"

namespace carmilla {

/// kUnsupported when `session` reaches its server by a pooler in transaction mode: there
/// the transactions of one connection run in different backends, and the pins are lost
/// between them. Opens a second connection with `settings` to find out, but only when a
/// pooler was noticed. `session` must be in no transaction.
arrow::Status RefuseTransactionPooler(Session& session,
                                      const ConnectionSettings& settings,
                                      std::stop_token stop);

}  // namespace carmilla
