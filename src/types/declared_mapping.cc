#include "types/declared_mapping.h"

#include <arrow/extension/uuid.h>
#include <arrow/type.h>

#include <optional>
#include <string>
#include <utility>

#include "core/error.h"
#include "types/built_in_oid.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

bool IsInteger(const BaseType& base) {
  return base.Is(oid::kInt2) || base.Is(oid::kInt4) || base.Is(oid::kInt8);
}

TypeMapping Plain(WireForm wire, std::shared_ptr<arrow::DataType> arrow_type,
                  std::string parquet, std::string glue) {
  return {.wire = wire,
          .arrow_type = std::move(arrow_type),
          .parquet = std::move(parquet),
          .glue = std::move(glue)};
}

/// The server casts, which is exact or is what `double` asks for.
TypeMapping CastTo(std::string_view type_name, TypeMapping mapping) {
  mapping.select = {"", "::pg_catalog." + std::string(type_name)};
  return mapping;
}

using Mapped = std::optional<TypeMapping>;

Mapped AsText(const BaseType& base) {
  // A numeric is printed here, without a word of the server's.
  if (base.Is(oid::kNumeric)) {
    return Plain(WireForm::kNumericText, arrow::utf8(), "BYTE_ARRAY STRING", "string");
  }
  return MapAsServerText(*base.type);
}

Mapped AsDecimal(const BaseType& base, const DeclaredType& declared) {
  TypeMapping decimal = MapAsDecimal(declared.precision, declared.scale);
  decimal.is_narrower = true;
  if (base.Is(oid::kNumeric)) return decimal;
  return IsInteger(base) ? Mapped(CastTo("numeric", decimal)) : std::nullopt;
}

Mapped AsDouble(const BaseType& base) {
  TypeMapping number = Plain(WireForm::kDouble, arrow::float64(), "DOUBLE", "double");
  if (base.Is(oid::kFloat4) || IsInteger(base)) return CastTo("float8", number);
  if (!base.Is(oid::kNumeric)) return std::nullopt;
  // The server would end the whole copy at a number beyond the range of a double.
  number.wire = WireForm::kNumericDouble;
  number.is_narrower = true;
  return number;
}

Mapped AsInteger(const BaseType& base, DeclaredKind kind) {
  const bool is_narrow = base.Is(oid::kInt2) || base.Is(oid::kInt4);
  if (kind == DeclaredKind::kBigint && is_narrow) {
    return CastTo("int8", Plain(WireForm::kInt64, arrow::int64(), "INT64", "bigint"));
  }
  if (kind == DeclaredKind::kInteger && base.Is(oid::kInt2)) {
    return CastTo("int4", Plain(WireForm::kInt32, arrow::int32(), "INT32", "int"));
  }
  return std::nullopt;
}

Mapped AsBinary(const BaseType& base) {
  if (base.Is(oid::kUuid)) {
    return Plain(WireForm::kUuidBytes, arrow::extension::uuid(), "FIXED UUID", "binary");
  }
  if (!base.Is(oid::kText) && !base.Is(oid::kVarchar)) return std::nullopt;
  TypeMapping bytes = Plain(WireForm::kBytes, arrow::binary(), "BYTE_ARRAY", "binary");
  // To SQL_ASCII nothing is converted, nor checked.
  bytes.select = {"pg_catalog.convert_to(", ", 'SQL_ASCII')"};
  return bytes;
}

/// All but 24:00:00.
TypeMapping AsTime(const DeclaredType& declared) {
  TypeMapping time =
      Plain(WireForm::kTimeMicros, ArrowTypeOf(declared), "INT64 TIME(MICROS)", "bigint");
  time.is_narrower = true;
  return time;
}

Mapped AsTimestamp(const BaseType& base, const DeclaredType& declared) {
  if (!base.Is(declared.is_utc ? oid::kTimestamptz : oid::kTimestamp)) {
    return std::nullopt;
  }
  return Plain(
      WireForm::kTimestamp, ArrowTypeOf(declared),
      declared.is_utc ? "INT64 TIMESTAMP(MILLIS, UTC)" : "INT64 TIMESTAMP(MILLIS, local)",
      "timestamp");
}

Mapped AsIntervalParts(const BaseType& base) {
  if (!base.Is(oid::kInterval)) return std::nullopt;
  return Plain(WireForm::kIntervalParts,
               arrow::struct_({arrow::field("months", arrow::int32()),
                               arrow::field("days", arrow::int32()),
                               arrow::field("micros", arrow::int64())}),
               "GROUP<months: INT32, days: INT32, micros: INT64>",
               "struct<months:int,days:int,micros:bigint>");
}

bool IsGeometry(const BaseType& base) {
  return base.type->extension == "postgis" &&
         (base.type->name == "geometry" || base.type->name == "geography");
}

Mapped AsGeometry(const BaseType& base, DeclaredKind kind) {
  if (!IsGeometry(base)) return std::nullopt;
  if (kind == DeclaredKind::kEwkb) return MapAsEwkb(base.typmod);
  TypeMapping mapping = MapAsWkb(*base.type, base.typmod);
  if (kind == DeclaredKind::kWkb) return mapping;
  mapping.wire = WireForm::kText;
  mapping.arrow_type = arrow::utf8();
  mapping.parquet = "BYTE_ARRAY STRING";
  mapping.glue = "string";
  mapping.select = {base.type->extension_schema + ".st_astext(", ", 17)"};
  return mapping;
}

Mapped As(const DeclaredType& declared, const BaseType& base) {
  switch (declared.kind) {
    case DeclaredKind::kText:
      return AsText(base);
    case DeclaredKind::kDecimal:
      return AsDecimal(base, declared);
    case DeclaredKind::kDouble:
      return AsDouble(base);
    case DeclaredKind::kInteger:
    case DeclaredKind::kBigint:
      return AsInteger(base, declared.kind);
    case DeclaredKind::kBinary:
      return AsBinary(base);
    case DeclaredKind::kTime64:
      if (!base.Is(oid::kTime)) return std::nullopt;
      return AsTime(declared);
    case DeclaredKind::kTimestamp:
      return AsTimestamp(base, declared);
    case DeclaredKind::kStruct:
      return AsIntervalParts(base);
    case DeclaredKind::kWkt:
    case DeclaredKind::kWkb:
    case DeclaredKind::kEwkb:
      return AsGeometry(base, declared.kind);
    case DeclaredKind::kTrim:
      if (!base.Is(oid::kBpchar)) return std::nullopt;
      return Plain(WireForm::kTrimmedText, arrow::utf8(), "BYTE_ARRAY STRING", "string");
    default:
      return std::nullopt;
  }
}

/// Whether the column is that anyway. Some are not about the type of the result.
bool IsUsual(const DeclaredType& declared, const TypeMapping& usual) {
  using enum DeclaredKind;
  if (declared.kind == kTrim || declared.kind == kWkt || declared.kind == kWkb ||
      declared.kind == kEwkb) {
    return false;
  }
  const auto arrow_type = ArrowTypeOf(declared);
  return arrow_type != nullptr && usual.arrow_type->Equals(*arrow_type);
}

/// What else than text a column of this type can be.
std::string_view Choices(const BaseType& base) {
  if (base.Is(oid::kNumeric)) return "decimal(p,s), double or text";
  if (base.Is(oid::kInt2)) return "integer, bigint, decimal(p,s), double or text";
  if (base.Is(oid::kInt4)) return "bigint, decimal(p,s), double or text";
  if (base.Is(oid::kInt8)) return "decimal(p,s), double or text";
  if (base.Is(oid::kFloat4)) return "double or text";
  if (base.Is(oid::kText) || base.Is(oid::kVarchar)) return "text or binary";
  if (base.Is(oid::kBpchar)) return "trim or text";
  if (base.Is(oid::kTime)) return "time64 or text";
  if (base.Is(oid::kTimestamp)) return "timestamp[ms] or text";
  if (base.Is(oid::kTimestamptz)) return "timestamp[ms, UTC] or text";
  if (base.Is(oid::kInterval)) return "struct or text";
  if (base.Is(oid::kUuid)) return "binary or text";
  if (IsGeometry(base)) return "wkb, ewkb, wkt or text";
  return "text";
}

}  // namespace

arrow::Result<TypeMapping> MapDeclared(const PostgresType& type, int32_t typmod,
                                       const DeclaredType& declared,
                                       std::string_view column) {
  const arrow::Result<TypeMapping> usual = MapType(type, typmod, column);
  if (usual.ok() && IsUsual(declared, *usual)) return *usual;
  const BaseType base = BaseOf(type, typmod);
  if (Mapped mapped = As(declared, base)) return *std::move(mapped);
  return MakeError(ErrorKind::kConfiguration,
                   "mapping column \"" + std::string(column) +
                       "\": " + RenderTypeName(type, typmod) + " cannot be declared as " +
                       RenderDeclaredType(declared),
                   "it can be " + std::string(Choices(base)));
}

}  // namespace carmilla
