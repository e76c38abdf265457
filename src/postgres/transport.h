#pragma once

#include <cstdint>
#include <string_view>

struct pg_conn;

namespace carmilla {

/// Whether the connections to a host other than this machine must be proven.
enum class TlsPolicy : uint8_t {
  kVerify,    ///< TLS, a certificate of a trusted authority, and the host's own name.
  kInsecure,  ///< Whatever sslmode says, down to no TLS at all.
};

/// What protects an open connection.
enum class Transport : uint8_t {
  kVerified,    ///< TLS, and the certificate names the host.
  kLocal,       ///< It never leaves this machine: a socket file or the loopback address.
  kUnverified,  ///< Encrypted, but nobody knows by whom it is read.
  kPlain,       ///< Open to everybody on the way.
};

/// `verified`, `local`, `unverified` or `none`, as manifests record it.
std::string_view NameOf(Transport transport);

/// True for `localhost`, 127.0.0.0/8 and ::1. Other names and addresses are taken for
/// remote, wherever they lead.
bool IsLoopback(std::string_view host);

/// True if host and address, as libpq's keywords `host` and `hostaddr` give them, stay on
/// this machine. Both must: the name is what a certificate proves, the address is where
/// the bytes go. An empty one says nothing; without both libpq takes its socket folder.
bool IsLocalEndpoint(std::string_view host, std::string_view address);

/// What protects `connection`, which must be open.
Transport TransportOf(pg_conn* connection);

}  // namespace carmilla
