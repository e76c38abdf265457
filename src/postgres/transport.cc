#include "postgres/transport.h"

#include <arpa/inet.h>
#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>

namespace carmilla {
namespace {

constexpr std::string_view kLocalhost = "localhost";

// libpq: a path, or a name of Linux's abstract sockets.
bool IsSocket(std::string_view host) {
  return host.starts_with('/') || host.starts_with('@');
}

bool IsLoopbackName(std::string_view host) {
  return std::ranges::equal(host, kLocalhost, [](unsigned char left, char right) {
    return std::tolower(left) == right;
  });
}

std::string_view TextOrEmpty(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

bool IsVerifying(pg_conn* connection) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfo(connection), &PQconninfoFree);
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "sslmode") {
      return TextOrEmpty(option->val) == "verify-full";
    }
  }
  return false;
}

}  // namespace

std::string_view NameOf(Transport transport) {
  switch (transport) {
    case Transport::kVerified:
      return "verified";
    case Transport::kLocal:
      return "local";
    case Transport::kUnverified:
      return "unverified";
    case Transport::kPlain:
      return "none";
  }
  return "";
}

bool IsLoopback(std::string_view host) {
  if (IsLoopbackName(host)) return true;
  const std::string text(host);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
    return (ntohl(four.s_addr) >> 24U) == 127;
  }
  in6_addr six{};
  return inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool IsLocalEndpoint(std::string_view host, std::string_view address) {
  const bool is_local_host = host.empty() || IsSocket(host) || IsLoopback(host);
  return is_local_host && (address.empty() || IsLoopback(address));
}

Transport TransportOf(pg_conn* connection) {
  const bool has_tls = PQsslInUse(connection) != 0;
  if (has_tls && IsVerifying(connection)) return Transport::kVerified;
  const std::string_view host = TextOrEmpty(PQhost(connection));
  // Of a socket libpq tells no address, or the text "???".
  const std::string_view address =
      IsSocket(host) ? std::string_view() : TextOrEmpty(PQhostaddr(connection));
  if (IsLocalEndpoint(host, address)) return Transport::kLocal;
  if (has_tls || PQgssEncInUse(connection) != 0) return Transport::kUnverified;
  return Transport::kPlain;
}

}  // namespace carmilla
