#include "engine/source_connection.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "engine/source_password.h"

namespace carmilla {

arrow::Result<ConnectionSettings> SourceSettings(const Configuration& configuration,
                                                 const std::string& run_id) {
  const auto found = std::ranges::find(configuration.connections, configuration.source,
                                       &ConnectionConfiguration::name);
  if (found == configuration.connections.end()) {
    return MakeError(ErrorKind::kConfiguration,
                     "connecting: no such connection: " + configuration.source);
  }
  const bool is_insecure = found->tls == ConnectionTls::kInsecure;
  ARROW_ASSIGN_OR_RAISE(PasswordSource password,
                        OpenPasswordSource(*found, configuration.lake.aws));
  return ConnectionSettings{
      .conninfo = found->conninfo.Reveal(),
      .run_id = run_id,
      .tls = is_insecure ? TlsPolicy::kInsecure : TlsPolicy::kVerify,
      .ca_file = found->ca_file,
      .password = std::move(password)};
}

}  // namespace carmilla
