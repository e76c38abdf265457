#pragma once

#include <cstdint>
#include <string>

namespace carmilla {

/// What stands in the files in place of the values of a column that nobody shall read.
enum class MaskKind : uint8_t {
  kDrop,        ///< Nothing: the column is not read.
  kNull,        ///< NULL in every row; the column is not read.
  kHmacSha256,  ///< The HMAC-SHA256 of the text, 64 lower-case hexadecimal digits.
  kTruncate,    ///< The first characters of the text.
};

struct ColumnMask {
  MaskKind kind = MaskKind::kNull;
  int32_t characters = 0;  ///< kTruncate only: how many (code points), at least 1.

  bool operator==(const ColumnMask&) const = default;
};

/// Renders `drop`, `null`, `hmac-sha256` or `truncate 3`.
inline std::string MaskText(const ColumnMask& mask) {
  switch (mask.kind) {
    case MaskKind::kDrop:
      return "drop";
    case MaskKind::kNull:
      return "null";
    case MaskKind::kHmacSha256:
      return "hmac-sha256";
    case MaskKind::kTruncate:
      return "truncate " + std::to_string(mask.characters);
  }
  return "";
}

}  // namespace carmilla
