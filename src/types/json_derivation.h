#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/declared_type.h"
#include "types/json_path.h"
#include "types/type_mapping.h"

namespace carmilla {

/// How a moment is written in a document.
enum class TimestampForm : uint8_t {
  kIso,           ///< `2024-05-01T12:00:00.5Z`.
  kEpochMillis,   ///< Milliseconds since 1970-01-01 UTC.
  kEpochSeconds,  ///< Seconds since then, with or without a fraction.
  kDotnet,        ///< `/Date(1700000000000+0100)/`, milliseconds since then.
};

/// As configuration spells them, in the order of the enumeration.
inline constexpr std::array<std::string_view, 4> kTimestampFormNames = {
    "iso", "epoch_ms", "epoch_s", "dotnet"};

/// One column that is made from a JSON document of another one.
struct JsonDerivation {
  /// Where in the document a string stands that is itself JSON; nothing: nowhere. `path`
  /// then begins in it.
  std::optional<JsonPath> parse_at;
  JsonPath path;
  DeclaredType type;
  TimestampForm timestamp = TimestampForm::kIso;
  /// Makes text of an array: its elements with this between them.
  std::optional<std::string> join;
  ValuePolicy on_misfit = ValuePolicy::kError;  ///< kError or kNull.

  bool operator==(const JsonDerivation&) const = default;
};

/// True if a derived column can have this type: smallint, integer, bigint, real, double,
/// boolean, decimal, text, date and timestamps.
constexpr bool IsDerivable(const DeclaredType& type) {
  switch (type.kind) {
    case DeclaredKind::kBinary:
    case DeclaredKind::kTime64:
    case DeclaredKind::kStruct:
    case DeclaredKind::kWkt:
    case DeclaredKind::kWkb:
    case DeclaredKind::kEwkb:
    case DeclaredKind::kTrim:
      return false;
    default:
      return true;
  }
}

}  // namespace carmilla
