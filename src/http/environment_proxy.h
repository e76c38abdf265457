#pragma once

#include <string>
#include <string_view>

namespace carmilla {

/// The proxy that the environment names for `server` (`https://host[:port]`), as libcurl
/// finds it for requests of our own: https_proxy, HTTPS_PROXY (of http:// only
/// http_proxy), all_proxy, ALL_PROXY, but for hosts of no_proxy or NO_PROXY. "" for none.
/// It may hold a password.
std::string EnvironmentProxyOf(std::string_view server);

}  // namespace carmilla
