#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <arrow/status.h>

#include "postgres/connection_protection.h"
#include "postgres/tls_witness.h"

namespace carmilla {

/// What is known of an attempt beside libpq's text.
struct AttemptFacts {
  std::string doing;       ///< `connecting to user@host:port/database`.
  CertificateRoots roots;  ///< What the server's certificate was compared with.
  std::optional<CertificateProblem> certificate;
  bool needs_password = false;  ///< The server asked for one, and there was none.
};

/// Translates the failure of a connection attempt, which libpq tells in `text`: each
/// cause that people meet has its own message and cure. Wants PQERRORS_VERBOSE to have
/// been set before the server answered: libpq hands out no SQLSTATE here except inside
/// its text. Causes that only the server's words tell apart (all of pg_hba.conf share one
/// SQLSTATE) are recognised in English; in other languages the cure is that of the
/// SQLSTATE.
arrow::Status TranslateConnectError(std::string_view text, const AttemptFacts& facts);

}  // namespace carmilla
