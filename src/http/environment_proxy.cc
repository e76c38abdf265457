#include "http/environment_proxy.h"

#include <algorithm>
#include <initializer_list>

#include "core/letter_case.h"
#include "http/aws_endpoint.h"

namespace carmilla {
namespace {

constexpr std::string_view kSeparators = ", \t";

std::string FirstOf(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = EnvironmentValue(name); !value.empty()) return value;
  }
  return "";
}

/// The host of `scheme://host[:port]`, in lower case.
std::string HostOf(std::string_view server) {
  server.remove_prefix(server.find("://") + 3);
  if (server.starts_with('[')) return LowerCase(server.substr(1, server.find(']') - 1));
  return LowerCase(server.substr(0, server.find(':')));
}

/// Whether `host` is `domain`, or below it.
bool IsOf(std::string_view host, std::string_view domain) {
  while (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain.empty() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

bool IsExempt(const std::string& host) {
  const std::string list = LowerCase(FirstOf({"no_proxy", "NO_PROXY"}));
  if (list == "*") return true;
  for (size_t i = 0; i < list.size();) {
    const size_t begin = list.find_first_not_of(kSeparators, i);
    if (begin == std::string::npos) return false;
    i = std::min(list.find_first_of(kSeparators, begin), list.size());
    if (IsOf(host, std::string_view(list).substr(begin, i - begin))) return true;
  }
  return false;
}

}  // namespace

std::string EnvironmentProxyOf(std::string_view server) {
  if (server.find("://") == std::string_view::npos) return "";
  // HTTP_PROXY may come from a header of a request to a CGI program.
  std::string proxy =
      server.starts_with("http://")
          ? FirstOf({"http_proxy", "all_proxy", "ALL_PROXY"})
          : FirstOf({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  return proxy.empty() || IsExempt(HostOf(server)) ? "" : proxy;
}

}  // namespace carmilla
