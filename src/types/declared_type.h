#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

namespace carmilla {

/// The types that a person may declare for a column, under `types:` and in `derive:`.
enum class DeclaredKind : uint8_t {
  kSmallint,
  kInteger,
  kBigint,
  kReal,
  kDouble,
  kBoolean,
  kDecimal,  ///< With precision and scale.
  kText,
  kBinary,
  kDate,
  kTime64,     ///< Microseconds since midnight.
  kTimestamp,  ///< With unit; `is_utc`: of moments, not of wall clocks.
  kStruct,     ///< The parts of a value, such as those of an interval.
  kWkt,        ///< Geometry as well-known text.
  kWkb,        ///< Geometry as well-known binary.
  kEwkb,       ///< Geometry as PostGIS' extended well-known binary, with its SRID.
  kTrim,       ///< char(n) without its padding.
};

enum class DeclaredUnit : uint8_t { kMicroseconds, kMilliseconds };

struct DeclaredType {
  DeclaredKind kind = DeclaredKind::kText;
  int32_t precision = 0;  ///< kDecimal only: 1 to 38.
  int32_t scale = 0;      ///< kDecimal only: 0 to the precision.
  DeclaredUnit unit = DeclaredUnit::kMicroseconds;  ///< kTimestamp only.
  bool is_utc = false;                              ///< kTimestamp only.

  bool operator==(const DeclaredType&) const = default;
};

/// Parses a declared type: `smallint`, `integer`, `bigint`, `real`, `double`, `boolean`,
/// `decimal(p,s)`, `text`, `binary`, `date`, `time64`, `timestamp[us]` (or `timestamp`),
/// `timestamp[ms]`, `timestamp[us, UTC]` (or `timestamptz`), `timestamp[ms, UTC]`,
/// `struct`, `wkt`, `wkb`, `ewkb`, `trim`. Blanks around the parts of an argument list do
/// not count; letters of either case do. Anything else is kConfiguration, with what was
/// likely meant as its hint. The message quotes `text`.
arrow::Result<DeclaredType> ParseDeclaredType(std::string_view text);

/// Renders what ParseDeclaredType reads, in its first spelling.
std::string RenderDeclaredType(const DeclaredType& type);

/// Tells whether `text` is what YAML leaves of an unquoted `decimal(38,9)` in a map
/// between braces, which it cuts at the comma: `decimal(38`.
bool IsCutDeclaredType(std::string_view text);

/// Returns the Arrow type of a column so declared; null where it follows from the
/// column's own type (struct).
std::shared_ptr<arrow::DataType> ArrowTypeOf(const DeclaredType& type);

}  // namespace carmilla
