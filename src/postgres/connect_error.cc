#include "postgres/connect_error.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "postgres/error.h"

namespace carmilla {
namespace {

using std::string_view;
using enum ErrorKind;

/// A refusal by the server.
struct Refusal {
  string_view sqlstate;
  string_view phrase;  ///< Of the server's message; "" for any.
  ErrorKind kind;
  string_view hint;
};

// The first that fits wins. What is missing here is translated as any error of a server.
constexpr string_view kLetInByTls =
    "without TLS the server lets nobody in from here: leave sslmode out; if that does "
    "not help, its pg_hba.conf needs a line `hostssl DATABASE USER ADDRESS "
    "scram-sha-256`";
constexpr Refusal kRefusals[] = {
    {"28P01", "", kAuthentication,
     "check the password and the user's name; the password may come from the connection, "
     "PGPASSWORD or ~/.pgpass (in a URL, % in it is written %25)"},
    {"28000", "no encryption", kAuthentication, kLetInByTls},
    {"28000", "SSL off", kAuthentication, kLetInByTls},  // before 14
    {"28000", "pg_hba.conf", kAuthentication,
     "the server's pg_hba.conf needs a line `hostssl DATABASE USER ADDRESS "
     "scram-sha-256` for them; its operator adds it"},
    {"28000", "valid client certificate", kAuthentication,
     "the server wants to see a certificate: name its file and its key's with sslcert "
     "and "
     "sslkey in the connection"},
    {"28000", "ertificate authentication failed", kAuthentication,
     "the client certificate (sslcert) must name the user, or pg_ident.conf on the "
     "server "
     "must map its name to the user"},
    {"28000", "eer authentication failed", kAuthentication,
     "over this socket the server takes only the system's user of the same name: add "
     "host=localhost and a password, or run as that user"},
    {"28000", "dent authentication failed", kAuthentication,
     "the server asks this machine for the name of its user, and that is another one; "
     "its "
     "pg_hba.conf needs scram-sha-256 instead of ident"},
    {"28000", "PAM authentication failed", kAuthentication,
     "check the password; with IAM authentication of Amazon RDS it is a token that is "
     "good for 15 minutes"},
    {"28000", "not permitted to log in", kAuthentication,
     "take another user, or let this one in: ALTER ROLE ... LOGIN"},
    {"28000", "does not exist", kAuthentication, "check the user in the connection"},
    {"42501", "", kPermission,
     "let the user in: GRANT CONNECT ON DATABASE ... TO ..., as the database's owner"},
    {"53300", "too many connections for role", kUnavailable,
     "all connections that this user may have are taken: wait, take a lower gentleness, "
     "or raise the limit with ALTER ROLE ... CONNECTION LIMIT"},
    {"53300", "too many connections for database", kUnavailable,
     "all connections that this database takes are taken: wait, or raise the limit with "
     "ALTER DATABASE ... CONNECTION LIMIT"},
    {"53300", "", kUnavailable,
     "all connections of the server are taken: wait, close some that are idle, or raise "
     "max_connections"},
    {"55000", "", kConfiguration,
     "take another database, or open this one: ALTER DATABASE ... ALLOW_CONNECTIONS "
     "true"},
};

/// A failure on this side of the connection.
struct LocalFailure {
  string_view phrase;  ///< Of libpq's message.
  ErrorKind kind;
  string_view hint;
};

constexpr LocalFailure kLocalFailures[] = {
    {"Temporary failure in name resolution", kUnavailable,
     "check the host's name and this machine's network: no name server answered"},
    {"could not translate host name", kUnavailable,
     "check the host's name; nobody knows it"},
    {"Connection refused", kUnavailable,
     "check host and port: nothing listens there, or the server is down"},
    {"No such file or directory", kUnavailable,
     "check host and port: no server has its socket in this folder; a server on another "
     "machine or in a container needs host=..."},
    {"does not support SSL", kAuthentication,
     "switch TLS on at the server (ssl = on, with a certificate), or, on a network that "
     "you trust, write `tls: insecure` beside the connection (or `--tls "
     "insecure`)"},
    {"does not match host name", kAuthentication,
     "connect by a name that stands in the certificate, or have the server get one with "
     "this name"},
    {"could not get server's host name", kAuthentication,
     "a certificate names hosts: give the name with host=..., the address with hostaddr"},
    {"host name must be specified", kConfiguration,
     "a certificate names hosts: give the name with host=..., the address with hostaddr"},
    {"could not read root certificate file", kConfiguration,
     "the file of ca_file or sslrootcert must hold certificates in PEM text"},
    {"root certificate file", kConfiguration, "check the path in ca_file or sslrootcert"},
    {"private key file", kConfiguration,
     "check sslkey and sslcert; nobody but its owner may read the key (chmod 600)"},
    {"certificate file", kConfiguration, "check sslcert and sslkey"},
    {"invalid response to SSL negotiation", kUnavailable,
     "check the port: what answers there is not PostgreSQL"},
    {"expected authentication request", kUnavailable,
     "check the port: what answers there is not PostgreSQL"},
    {"server closed the connection", kUnavailable,
     "check the port: what answers there may not be PostgreSQL, or it is stopping"},
    {"alert", kAuthentication,
     "the server broke off the TLS handshake; its log tells why (often the client "
     "certificate or the protocol's version)"},
    {"SSL", kAuthentication, "check the server's certificate and its TLS settings"},
    {"certificate", kAuthentication, "check the server's certificate"},
    {"invalid port number", kConfiguration,
     "a port is a number from 1 to 65535; PostgreSQL's is 5432 unless somebody chose "
     "another"},
    {"invalid sslmode value", kConfiguration,
     "leave sslmode out: every host but this machine is verified (verify-full)"},
    {"invalid ", kConfiguration, "check the connection's keywords"},
    {"could not match", kConfiguration, "check the connection's keywords"},
    {"definition of service", kConfiguration, "check the service's name and its file"},
    {"service file", kConfiguration, "check the service's name and its file"},
};
constexpr LocalFailure kUnknownFailure{
    "", kUnavailable, "check host and port, and whether the server is running"};

constexpr string_view kAttempt = "connection to server ";
constexpr string_view kFailed = " failed: ";

bool Has(string_view text, string_view part) {
  return text.find(part) != string_view::npos;
}

string_view FirstLine(string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

bool IsSqlState(string_view text) {
  return text.size() == 5 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// Finds the `FATAL:  28P01: message` of PQERRORS_VERBOSE; the severity may be translated.
std::optional<ServerReport> FindReport(string_view line) {
  for (size_t i = line.find(":  "); i != string_view::npos; i = line.find(":  ", i + 1)) {
    const string_view rest = line.substr(i + 3);
    if (rest.size() > 7 && rest.substr(5, 2) == ": " && IsSqlState(rest.substr(0, 5))) {
      return ServerReport{.sqlstate = rest.substr(0, 5), .message = rest.substr(7)};
    }
  }
  return std::nullopt;
}

/// A line per attempt; what stands between is LOCATION, DETAIL and advice of libpq.
std::vector<string_view> AttemptLines(string_view text) {
  std::vector<string_view> lines;
  while (!text.empty()) {
    const string_view line = FirstLine(text);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const bool is_more = line.starts_with('\t') || line.starts_with("LOCATION:") ||
                         line.starts_with("DETAIL:") || line.starts_with("HINT:");
    if (!line.empty() && !is_more) lines.push_back(line);
  }
  return lines;
}

/// The report to tell. After a refused login over TLS libpq may try again without, and
/// that pg_hba.conf forbids this is not what the user has to know.
std::optional<ServerReport> ChooseReport(const std::vector<string_view>& lines) {
  std::optional<ServerReport> chosen;
  for (const string_view line : lines) {
    const std::optional<ServerReport> report = FindReport(line);
    if (!report.has_value()) continue;
    if (chosen.has_value() && Has(report->message, "pg_hba.conf")) continue;
    chosen = report;
  }
  return chosen;
}

arrow::Status TranslateRefusal(const ServerReport& report, const std::string& doing) {
  arrow::Status general = TranslateReport(report, doing);
  for (const Refusal& refusal : kRefusals) {
    if (report.sqlstate == refusal.sqlstate && Has(report.message, refusal.phrase)) {
      return MakeError(refusal.kind, general.message(), std::string(refusal.hint));
    }
  }
  return general;
}

std::string UnknownAuthorityHint(const CertificateRoots& roots) {
  if (roots.are_of_rds) {
    return "those of Amazon RDS that ship with Carmilla do not sign it: servers of "
           "China, "
           "of GovCloud and of regions newer than 2024 have their own. Download the "
           "bundle of your region from Amazon and name it with ca_file (or "
           "`--ca-file`)";
  }
  return "name the file of the authority that signed it with ca_file (or "
         "`--ca-file`); compared with " +
         roots.description;
}

arrow::Status TranslateCertificate(const CertificateProblem& problem,
                                   const AttemptFacts& facts) {
  const std::string begin = facts.doing + ": the server's certificate ";
  using enum CertificateProblem::Kind;
  switch (problem.kind) {
    case kUnknownAuthority: {
      const std::string authority =
          problem.authority.empty() ? "" : ": " + problem.authority;
      return MakeError(
          kAuthentication,
          begin + "is signed by an authority that is not trusted" + authority,
          UnknownAuthorityHint(facts.roots));
    }
    case kSelfSigned:
      return MakeError(
          kAuthentication, begin + "is signed by itself, not by a trusted authority",
          "copy the certificate from the server by a safe way and name the file with "
          "ca_file (or `--ca-file`), or have it signed by an authority");
    case kExpired:
      return MakeError(kAuthentication, begin + "has expired: " + problem.expiry,
                       "the server's operator must renew it; if the date is to come, "
                       "this machine's clock is wrong");
    case kNotYetValid:
      return MakeError(kAuthentication, begin + "is not valid yet",
                       "check this machine's clock, and the server's when it was made");
    case kOther:
      break;
  }
  return MakeError(
      kAuthentication, begin + "cannot be trusted: " + problem.reason,
      "the server's operator must renew it; compared with " + facts.roots.description);
}

/// libpq's words without "connection to server at ..., port ... failed", which `doing`
/// tells already; an address that a name led to is kept.
std::string Message(const std::string& doing, string_view line) {
  const size_t failed = line.find(kFailed);
  if (!line.starts_with(kAttempt) || failed == string_view::npos) {
    return doing + ": " + std::string(line);
  }
  const string_view attempt = line.substr(0, failed);
  string_view problem = line.substr(failed + kFailed.size());
  constexpr string_view kFunction = "fe_sendauth: ";  // One of libpq's own.
  if (problem.starts_with(kFunction)) problem.remove_prefix(kFunction.size());
  const size_t open = attempt.find(" (");
  const size_t close = attempt.find(')', open);
  const bool has_address = open != string_view::npos && close != string_view::npos;
  const std::string address =
      has_address ? " at " + std::string(attempt.substr(open + 2, close - open - 2)) : "";
  return doing + address + ": " + std::string(problem);
}

}  // namespace

arrow::Status TranslateConnectError(string_view text, const AttemptFacts& facts) {
  const std::vector<string_view> lines = AttemptLines(text);
  if (const auto report = ChooseReport(lines)) {
    return TranslateRefusal(*report, facts.doing);
  }
  const string_view last = lines.empty() ? "no answer" : lines.back();
  const std::string message = lines.size() == 1 ? Message(facts.doing, last)
                                                : facts.doing + ": " + std::string(last);
  if (facts.needs_password) {
    return MakeError(kAuthentication, message,
                     "the server asks for a password: put it into ~/.pgpass, "
                     "PGPASSWORD or the variable or file that the connection is in");
  }
  if (Has(last, "certificate verify failed") && facts.certificate.has_value()) {
    return TranslateCertificate(*facts.certificate, facts);
  }
  for (const LocalFailure& failure : kLocalFailures) {
    if (Has(last, failure.phrase)) {
      return MakeError(failure.kind, message, std::string(failure.hint));
    }
  }
  return MakeError(kUnknownFailure.kind, message, std::string(kUnknownFailure.hint));
}

}  // namespace carmilla
