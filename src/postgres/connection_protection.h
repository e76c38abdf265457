#pragma once

#include <string>

#include <arrow/result.h>

#include "postgres/connection_parameters.h"
#include "postgres/session.h"

namespace carmilla {

/// Which authorities a connection trusts, for messages.
struct CertificateRoots {
  std::string description;  ///< Such as `the file /etc/ssl/ca.pem`; "" when none.
  bool are_of_rds = false;
};

/// Makes `parameters` keep the promise of `settings.tls`. Under TlsPolicy::kVerify a
/// connection that may leave this machine gets sslmode=verify-full and the authorities to
/// verify with; kConfiguration when its user asks for a weaker sslmode, in the
/// connection, by PGSSLMODE or in a service file. (`prefer` in a service file is what
/// libpq takes anyway, so it is not noticed but replaced.)
///
/// The authorities, the first that there is: settings.ca_file; sslrootcert; those of
/// Amazon RDS when every host is one of it; ~/.postgresql/root.crt; the system's.
arrow::Result<CertificateRoots> ProtectConnection(const ConnectionSettings& settings,
                                                  ConnectionParameters* parameters);

}  // namespace carmilla
