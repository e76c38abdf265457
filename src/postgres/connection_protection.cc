#include "postgres/connection_protection.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/error.h"
#include "postgres/rds_roots.h"
#include "postgres/transport.h"

namespace carmilla {
namespace {

constexpr std::string_view kStrongest = "verify-full";
constexpr std::array<std::string_view, 5> kWeaker = {"disable", "allow", "prefer",
                                                     "require", "verify-ca"};
// libpq 15 does not know sslrootcert=system, which later ones take for the system's own.
constexpr int kFirstWithSystemRoots = 160000;
constexpr std::array kSystemRoots = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, Red Hat, Amazon Linux
    "/etc/ssl/ca-bundle.pem",              // SUSE
    "/etc/ssl/cert.pem",                   // Alpine
};

struct Endpoint {
  std::string host;
  std::string address;
  const std::string& name() const { return host.empty() ? address : host; }
};

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (true) {
    const size_t comma = list.find(',', begin);
    parts.push_back(list.substr(begin, comma - begin));
    if (comma == std::string::npos) return parts;
    begin = comma + 1;
  }
}

/// The hosts that libpq may try and that are not this machine.
std::vector<Endpoint> RemoteEndpoints(const ConnectionParameters& resolved) {
  const std::vector<std::string> hosts = Split(resolved.Get("host"));
  const std::vector<std::string> addresses = Split(resolved.Get("hostaddr"));
  std::vector<Endpoint> remote;
  for (size_t i = 0; i < std::max(hosts.size(), addresses.size()); ++i) {
    Endpoint endpoint{.host = i < hosts.size() ? hosts[i] : "",
                      .address = i < addresses.size() ? addresses[i] : ""};
    if (!IsLocalEndpoint(endpoint.host, endpoint.address)) {
      remote.push_back(std::move(endpoint));
    }
  }
  return remote;
}

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Who asks for the sslmode that libpq would use; "" when nobody does.
std::string_view AskerOf(const ConnectionParameters& given, const std::string& sslmode) {
  if (!given.Get("sslmode").empty()) return "the connection";
  if (Environment("PGSSLMODE") == sslmode) return "the variable PGSSLMODE";
  if (Environment("PGREQUIRESSL").starts_with('1') && sslmode == "require") {
    return "the variable PGREQUIRESSL";
  }
  return sslmode == "prefer" ? "" : "the service file";
}

arrow::Status RefuseWeaker(const ConnectionParameters& given, const std::string& sslmode,
                           const Endpoint& remote) {
  if (std::ranges::find(kWeaker, sslmode) == kWeaker.end()) return arrow::Status::OK();
  const std::string_view asker = AskerOf(given, sslmode);
  if (asker.empty()) return arrow::Status::OK();
  return MakeError(
      ErrorKind::kConfiguration,
      "connecting to " + remote.name() + ": " + std::string(asker) +
          " asks for sslmode=" + sslmode + ", which does not prove who answers",
      "leave sslmode out: every host but this machine is verified (verify-full); to go "
      "without, write `tls: insecure` beside the connection (or `--tls insecure`)");
}

std::string HomeFolder() {
  if (const std::string_view home = Environment("HOME"); !home.empty()) {
    return std::string(home);
  }
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? "" : found->pw_dir;
}

bool IsFile(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

/// The system's authorities in one file; "" when there are none.
std::string SystemRoots() {
  if (const std::string_view named = Environment("SSL_CERT_FILE"); !named.empty()) {
    return IsFile(std::string(named)) ? std::string(named) : "";
  }
  const auto* const found = std::ranges::find_if(kSystemRoots, IsFile);
  return found == kSystemRoots.end() ? "" : *found;
}

struct ChosenRoots {
  std::string path;
  CertificateRoots roots;
};

ChosenRoots File(const std::string& path) { return {path, {"the file " + path}}; }

arrow::Result<ChosenRoots> ChooseSystem() {
  const std::string path = SystemRoots();
  if (path.empty()) {
    return MakeError(ErrorKind::kConfiguration,
                     "connecting: this system has no certificate authorities to verify "
                     "the server with",
                     "install the package ca-certificates, or name the file of the "
                     "server's authority with ca_file (or `--ca-file`)");
  }
  return ChosenRoots{path, {"the system's authorities, " + path}};
}

arrow::Result<ChosenRoots> ChooseRoots(const std::string& ca_file,
                                       const ConnectionParameters& resolved,
                                       const std::vector<Endpoint>& remote) {
  if (!ca_file.empty()) return File(ca_file);
  if (const std::string& given = resolved.Get("sslrootcert"); !given.empty()) {
    const bool is_replaced = given == "system" && PQlibVersion() < kFirstWithSystemRoots;
    return is_replaced ? ChooseSystem() : File(given);
  }
  const bool is_rds =
      !remote.empty() && std::ranges::all_of(remote, IsRdsHost, &Endpoint::host);
  if (is_rds) {
    ARROW_ASSIGN_OR_RAISE(std::string path, RdsRootsPath());
    return ChosenRoots{std::move(path),
                       {"the authorities of Amazon RDS that ship with Carmilla", true}};
  }
  const std::string home = HomeFolder();
  const std::string own = home + "/.postgresql/root.crt";
  if (!home.empty() && IsFile(own)) return File(own);
  return ChooseSystem();
}

}  // namespace

arrow::Result<CertificateRoots> ProtectConnection(const ConnectionSettings& settings,
                                                  ConnectionParameters* parameters) {
  const ConnectionParameters resolved = parameters->Resolved();
  const std::vector<Endpoint> remote = RemoteEndpoints(resolved);
  std::string sslmode = resolved.Get("sslmode");
  if (settings.tls == TlsPolicy::kVerify && !remote.empty()) {
    ARROW_RETURN_NOT_OK(RefuseWeaker(*parameters, sslmode, remote.front()));
    // Whatever is left is the strongest, the default, or what libpq will refuse.
    if (sslmode.empty() || std::ranges::find(kWeaker, sslmode) != kWeaker.end()) {
      sslmode = kStrongest;
      parameters->Set("sslmode", sslmode);
    }
    // Where a Kerberos ticket is found libpq would prefer GSSAPI to TLS.
    parameters->Set("gssencmode", "disable");
  }
  // With weaker modes libpq would verify as soon as it finds authorities.
  if (!sslmode.starts_with("verify-")) return CertificateRoots{};
  ARROW_ASSIGN_OR_RAISE(ChosenRoots chosen,
                        ChooseRoots(settings.ca_file, resolved, remote));
  parameters->Set("sslrootcert", chosen.path);
  return chosen.roots;
}

}  // namespace carmilla
