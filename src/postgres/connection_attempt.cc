#include "postgres/connection_attempt.h"

#include <libpq-fe.h>

#include <cstdlib>

#include "core/error.h"
#include "postgres/connect_error.h"
#include "postgres/connection_parameters.h"
#include "postgres/connection_protection.h"
#include "postgres/socket_wait.h"
#include "postgres/tls_witness.h"

namespace carmilla {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

std::string Text(const char* text) { return text == nullptr ? "" : text; }

std::string Describe(const PGconn* connection) {
  const std::string user = Text(PQuser(connection));
  const std::string host = Text(PQhost(connection));
  // Where already the connection string is refused, nobody is known.
  if (user.empty() && host.empty()) return "the server";
  return user + "@" + host + ":" + Text(PQport(connection)) + "/" +
         Text(PQdb(connection));
}

// A dead network must not hold us for the two hours that TCP would wait.
void SetKeepalives(ConnectionParameters* parameters) {
  parameters->SetDefault("keepalives_idle", "10");
  parameters->SetDefault("keepalives_interval", "5");
  parameters->SetDefault("keepalives_count", "4");
  parameters->SetDefault("tcp_user_timeout", "30000");
}

// libpq applies connect_timeout in blocking calls only, so it is read back and applied
// here.
seconds TimeoutOf(PGconn* connection, seconds fallback) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfo(connection), &PQconninfoFree);
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "connect_timeout" &&
        option->val != nullptr) {
      const int64_t given = std::strtol(option->val, nullptr, 10);
      if (given > 0) return seconds(given);
    }
  }
  return fallback;
}

arrow::Status AwaitConnection(PGconn* connection, seconds timeout,
                              const std::stop_token& stop, AttemptFacts facts) {
  const TlsWitness witness;
  const auto deadline = steady_clock::now() + timeout;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(connection) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
         next != PGRES_POLLING_FAILED) {
    const SocketEvent event =
        next == PGRES_POLLING_READING ? SocketEvent::kReadable : SocketEvent::kWritable;
    const arrow::Status status = WaitForSocket(connection, event, stop, deadline);
    if (!status.ok() && KindOf(status) == ErrorKind::kTimeout) {
      return MakeError(
          ErrorKind::kUnavailable,
          facts.doing + ": no answer within " + std::to_string(timeout.count()) + " s",
          "check host and port, and whether a firewall drops the packets");
    }
    ARROW_RETURN_NOT_OK(WithContext(status, facts.doing));
    next = PQconnectPoll(connection);
  }
  if (PQstatus(connection) == CONNECTION_OK) return arrow::Status::OK();
  facts.certificate = witness.Problem();
  facts.needs_password = PQconnectionNeedsPassword(connection) != 0;
  return TranslateConnectError(PQerrorMessage(connection), facts);
}

arrow::Result<ConnectionAttempt> AttemptOnce(const ConnectionParameters& parameters,
                                             const CertificateRoots& roots,
                                             const ConnectionSettings& settings,
                                             const std::stop_token& stop) {
  ConnectionAttempt attempt;
  if (stop.stop_requested())
    return MakeError(ErrorKind::kInterrupted, "connecting: interrupted");
  attempt.connection.reset(PQconnectStartParams(
      parameters.Keywords().data(), parameters.Values().data(), /*expand_dbname=*/0));
  PGconn* connection = attempt.connection.get();
  if (connection == nullptr) {
    return MakeError(ErrorKind::kOutOfMemory, "connecting: no memory for a connection");
  }
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  // libpq would print notices, which may quote cells, to standard error.
  PQsetNoticeReceiver(connection, [](void*, const PGresult*) {}, nullptr);
  ARROW_RETURN_NOT_OK(AwaitConnection(
      connection, TimeoutOf(connection, settings.connect_timeout), stop,
      {.doing = "connecting to " + Describe(connection), .roots = roots}));
  attempt.description = Describe(connection);
  return attempt;
}

/// The first of several hosts: a password is of a role, and RDS has one.
LoginAddress AddressOf(const ConnectionParameters& parameters) {
  const ConnectionParameters resolved = parameters.Resolved();
  const auto first = [&resolved](std::string_view keyword) {
    const std::string& value = resolved.Get(keyword);
    return value.substr(0, value.find(','));
  };
  return {.host = first("host"), .port = first("port"), .user = resolved.Get("user")};
}

}  // namespace

arrow::Result<ConnectionAttempt> AttemptConnection(const ConnectionSettings& settings,
                                                   const std::stop_token& stop) {
  ARROW_ASSIGN_OR_RAISE(ConnectionParameters parameters,
                        ConnectionParameters::Parse(settings.conninfo));
  SetKeepalives(&parameters);
  ARROW_ASSIGN_OR_RAISE(const CertificateRoots roots,
                        ProtectConnection(settings, &parameters));
  if (!settings.password) return AttemptOnce(parameters, roots, settings, stop);
  const LoginAddress address = AddressOf(parameters);
  ARROW_ASSIGN_OR_RAISE(const Secret password, settings.password(address, nullptr));
  parameters.Set("password", password.Reveal());
  auto attempt = AttemptOnce(parameters, roots, settings, stop);
  const bool is_refused =
      !attempt.ok() && KindOf(attempt.status()) == ErrorKind::kAuthentication;
  if (!is_refused) return attempt;
  // It may have been changed since it was read.
  ARROW_ASSIGN_OR_RAISE(const Secret other, settings.password(address, &password));
  if (other.Reveal() == password.Reveal()) return attempt;
  parameters.Set("password", other.Reveal());
  return AttemptOnce(parameters, roots, settings, stop);
}

}  // namespace carmilla
