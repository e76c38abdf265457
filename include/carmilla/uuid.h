#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <arrow/result.h>

namespace carmilla {

/// PostgreSQL's uuid: 16 bytes, ordered by them.
class Uuid {
 public:
  /// All zeros.
  constexpr Uuid() = default;

  /// Takes 16 bytes.
  static constexpr Uuid FromBytes(const uint8_t* bytes) {
    Uuid uuid;
    std::copy_n(bytes, uuid.bytes_.size(), uuid.bytes_.begin());
    return uuid;
  }

  /// Reads what PostgreSQL reads: 32 hexadecimal digits, with hyphens after any four of
  /// them, in braces or not; kData for anything else.
  static arrow::Result<Uuid> Parse(std::string_view text);

  constexpr const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  /// 36 characters in lower case, as PostgreSQL prints it.
  std::string ToString() const;

  constexpr auto operator<=>(const Uuid&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace carmilla

template <>
struct std::hash<carmilla::Uuid> {
  size_t operator()(const carmilla::Uuid& uuid) const {
    // Versions 1 and 7 differ in their first half, version 4 in both.
    uint64_t halves[2] = {0, 0};
    for (size_t i = 0; i < 16; ++i)
      halves[i / 8] = (halves[i / 8] << 8) | uuid.bytes()[i];
    return (halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15U)) * 0x9e3779b97f4a7c15U;
  }
};
