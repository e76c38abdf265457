#include "postgres/connect_error.h"

#include <libpq-fe.h>

#include "postgres/libpq_handle.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;

constexpr char kAt[] = "connection to server at \"h\" (10.0.0.1), port 5432 failed: ";

arrow::Status Translate(const std::string& text, AttemptFacts facts = {}) {
  facts.doing = "connecting to u@h:5432/d";
  return TranslateConnectError(text, facts);
}

arrow::Status Refused(const std::string& sqlstate, const std::string& message) {
  return Translate(kAt + ("FATAL:  " + sqlstate + ": " + message) +
                   "\nDETAIL:  s3cret\nLOCATION:  ClientAuthentication, auth.c:1\n");
}

arrow::Status ConnectTo(const char* conninfo) {
  const ConnectionHandle connection(PQconnectdb(conninfo));
  return Translate(PQerrorMessage(connection.get()));
}

TEST(ConnectErrorTest, TellsWhyNoServerAnswered) {
  EXPECT_THAT(ConnectTo("host=127.0.0.1 port=1 dbname=x"),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(ConnectTo("host=/nowhere port=1 dbname=x"),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(ConnectTo("host=no.such.host.invalid dbname=x"),
              HasKind(ErrorKind::kUnavailable));
  EXPECT_THAT(ConnectTo("host=127.0.0.1 sslmode=none"),
              HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(ConnectTo("host=127.0.0.1 port=abc"), HasKind(ErrorKind::kConfiguration));
  EXPECT_THAT(ConnectTo("service=nowhere"), HasKind(ErrorKind::kConfiguration));
}

TEST(ConnectErrorTest, TellsWhatAWrongValueShouldBe) {
  EXPECT_THAT(ConnectTo("host=127.0.0.1 port=99999"), StatusHintHas("from 1 to 65535"));
  EXPECT_THAT(ConnectTo("host=127.0.0.1 sslmode=requir"),
              StatusHintHas("leave sslmode out"));
}

TEST(ConnectErrorTest, TellsTheServerOnceAndTheAddressItsNameLedTo) {
  EXPECT_EQ(Translate(std::string(kAt) + "Connection refused\n\tIs the server running?")
                .message(),
            "connecting to u@h:5432/d at 10.0.0.1: Connection refused");
}

TEST(ConnectErrorTest, KeepsTheHostsApartWhenSeveralWereTried) {
  const std::string text = std::string(kAt) +
                           "Connection refused\nconnection to server at \"i\", port 5432 "
                           "failed: No route to host";
  EXPECT_THAT(Translate(text).message(),
              HasSubstr("server at \"i\", port 5432 failed: No route to host"));
}

TEST(ConnectErrorTest, EveryRefusalOfAServerHasItsCure) {
  struct Case {
    const char* sqlstate;
    const char* message;
    ErrorKind kind;
    const char* hint;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"28P01", "password authentication failed for user \"u\"",
            ErrorKind::kAuthentication, "check the password"},
           {"28000", R"(no pg_hba.conf entry for host "h", user "u", no encryption)",
            ErrorKind::kAuthentication, "without TLS"},
           // Before 14.
           {"28000", R"(no pg_hba.conf entry for host "h", user "u", SSL off)",
            ErrorKind::kAuthentication, "without TLS"},
           {"28000", R"(no pg_hba.conf entry for host "h", user "u", SSL encryption)",
            ErrorKind::kAuthentication, "hostssl DATABASE USER"},
           {"28000", "connection requires a valid client certificate",
            ErrorKind::kAuthentication, "sslcert"},
           {"28000", "certificate authentication failed for user \"u\"",
            ErrorKind::kAuthentication, "pg_ident.conf"},
           {"28000", "Peer authentication failed for user \"u\"",
            ErrorKind::kAuthentication, "host=localhost"},
           {"28000", "Ident authentication failed for user \"u\"",
            ErrorKind::kAuthentication, "instead of ident"},
           {"28000", "PAM authentication failed for user \"u\"",
            ErrorKind::kAuthentication, "token"},
           {"28000", "role \"u\" is not permitted to log in", ErrorKind::kAuthentication,
            "ALTER ROLE ... LOGIN"},
           {"28000", "role \"u\" does not exist", ErrorKind::kAuthentication,
            "check the user"},
           {"28000", "Rolle »u« existiert nicht", ErrorKind::kAuthentication, "pg_hba"},
           {"3D000", "database \"d\" does not exist", ErrorKind::kConfiguration,
            "database's name"},
           {"42501", "permission denied for database \"d\"", ErrorKind::kPermission,
            "GRANT CONNECT"},
           {"53300", "sorry, too many clients already", ErrorKind::kUnavailable,
            "max_connections"},
           {"53300", "too many connections for role \"u\"", ErrorKind::kUnavailable,
            "ALTER ROLE"},
           {"53300", "too many connections for database \"d\"", ErrorKind::kUnavailable,
            "ALTER DATABASE"},
           {"55000", "database \"d\" is not currently accepting connections",
            ErrorKind::kConfiguration, "ALLOW_CONNECTIONS"},
           {"57P03", "the database system is starting up", ErrorKind::kUnavailable,
            "try again"}}) {
    const arrow::Status status = Refused(c.sqlstate, c.message);
    EXPECT_THAT(status, HasKind(c.kind)) << c.message;
    EXPECT_THAT(status, StatusHintHas(c.hint)) << c.message;
    EXPECT_EQ(status.message(), "connecting to u@h:5432/d: " + std::string(c.message));
  }
}

TEST(ConnectErrorTest, APasswordMattersMoreThanTheSecondTryWithoutTls) {
  const std::string text =
      std::string(kAt) +
      "FATAL:  28P01: password authentication failed for user \"u\"\n" + kAt +
      "FATAL:  28000: no pg_hba.conf entry for host \"h\", no encryption\n";
  EXPECT_THAT(Translate(text), StatusMessageHas("password authentication failed"));
}

TEST(ConnectErrorTest, EveryFailureOnThisSideHasItsCure) {
  struct Case {
    const char* message;
    ErrorKind kind;
    const char* hint;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"server does not support SSL, but SSL was required",
            ErrorKind::kAuthentication, "ssl = on"},
           {R"(server certificate for "a" does not match host name "b")",
            ErrorKind::kAuthentication, "a name that stands in the certificate"},
           {"could not read root certificate file \"x\": no certificate or crl found",
            ErrorKind::kConfiguration, "PEM"},
           {"root certificate file \"x\" does not exist", ErrorKind::kConfiguration,
            "check the path"},
           {"private key file \"x\" has group or world access", ErrorKind::kConfiguration,
            "chmod 600"},
           {"received invalid response to SSL negotiation: H", ErrorKind::kUnavailable,
            "not PostgreSQL"},
           {"expected authentication request from server, but received H",
            ErrorKind::kUnavailable, "not PostgreSQL"},
           {"server closed the connection unexpectedly", ErrorKind::kUnavailable,
            "check the port"},
           {"SSL error: tlsv1 alert unknown ca", ErrorKind::kAuthentication,
            "its log tells why"},
           {"SSL error: unsupported protocol", ErrorKind::kAuthentication,
            "TLS settings"}}) {
    const arrow::Status status = Translate(kAt + std::string(c.message) + "\n");
    EXPECT_THAT(status, HasKind(c.kind)) << c.message;
    EXPECT_THAT(status, StatusHintHas(c.hint)) << c.message;
  }
}

TEST(ConnectErrorTest, EveryProblemOfACertificateHasItsCure) {
  using enum CertificateProblem::Kind;
  const auto translate = [](CertificateProblem problem, bool is_rds = false) {
    return Translate(std::string(kAt) + "SSL error: certificate verify failed",
                     {.roots = {.description = "the file ca.pem", .are_of_rds = is_rds},
                      .certificate = std::move(problem)});
  };
  const arrow::Status unknown =
      translate({.kind = kUnknownAuthority, .authority = "Corporate Root"});
  EXPECT_THAT(unknown, StatusMessageHas("not trusted: Corporate Root"));
  EXPECT_THAT(unknown, StatusHintHas("compared with the file ca.pem"));
  EXPECT_THAT(translate({.kind = kUnknownAuthority}, /*is_rds=*/true),
              StatusHintHas("bundle of your region"));
  EXPECT_THAT(translate({.kind = kSelfSigned}), StatusMessageHas("signed by itself"));
  EXPECT_THAT(translate({.kind = kExpired, .expiry = "2024-05-01"}),
              StatusMessageHas("has expired: 2024-05-01"));
  EXPECT_THAT(translate({.kind = kNotYetValid}), StatusHintHas("clock"));
  EXPECT_THAT(translate({.kind = kOther, .reason = "unsuitable certificate purpose"}),
              StatusMessageHas("unsuitable certificate purpose"));
}

TEST(ConnectErrorTest, AsksForAMissingPassword) {
  const arrow::Status status = Translate(
      std::string(kAt) + "fe_sendauth: no password supplied", {.needs_password = true});
  EXPECT_THAT(status, StatusMessageHas(": no password supplied"));
  EXPECT_THAT(status, ::testing::Not(StatusMessageHas("fe_sendauth")));
  EXPECT_THAT(status, StatusHintHas("put it into ~/.pgpass"));
}

}  // namespace
}  // namespace carmilla
