#pragma once

#include <array>
#include <memory>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// Computes HMAC-SHA256 (RFC 2104, FIPS 180-4) with one key. One thread at a time.
class HmacSha256 {
 public:
  /// The key is copied and never shown.
  static arrow::Result<std::unique_ptr<HmacSha256>> Make(std::string_view key);
  ~HmacSha256();
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;

  /// 64 hexadecimal digits in lower case.
  using Digits = std::array<char, 64>;
  arrow::Result<Digits> Compute(std::string_view text);

 private:
  class Impl;
  explicit HmacSha256(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace carmilla
