#pragma once

#include <cstdint>
#include <string_view>

namespace carmilla {

enum class ConnectionStringForm : uint8_t {
  kUsable,            ///< libpq can read it, and it holds no password.
  kUsableWithSecret,  ///< libpq can read it, and it holds a password or another secret.
  kMalformed,         ///< Neither `keyword=value ...` nor a postgresql:// URI.
};

/// Reads a connection string as libpq does, to find passwords in every spelling: userinfo
/// and parameters of a URI, percent-encoded or not, and keywords, quoted or not. In doubt
/// the answer is kUsableWithSecret. A malformed string may hold anything: never show it.
ConnectionStringForm ClassifyConnectionString(std::string_view text);

}  // namespace carmilla
