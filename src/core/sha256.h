#pragma once

#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// SHA-256 (FIPS 180-4) of `bytes`: 32 bytes.
arrow::Result<std::string> Sha256(std::string_view bytes);

/// HMAC-SHA256 (RFC 2104) of `bytes` with `key`: 32 bytes. For a key that is used once;
/// HmacSha256 is for many values under one key.
arrow::Result<std::string> HmacSha256Once(std::string_view key, std::string_view bytes);

/// Two hexadecimal digits in lower case for each byte.
std::string Hexadecimal(std::string_view bytes);

/// Base64 (RFC 4648) with padding.
std::string Base64(std::string_view bytes);

}  // namespace carmilla
