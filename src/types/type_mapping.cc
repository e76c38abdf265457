#include "types/type_mapping.h"

#include <arrow/type.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "types/arrow_type_text.h"
#include "types/built_in_oid.h"
#include "types/numeric_typmod.h"
#include "types/type_table.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

/// Precision and scale of the decimal for a numeric; `precision` may exceed what Arrow
/// holds.
struct DecimalShape {
  RowRule rule = RowRule::kDecimal;
  int32_t precision = 0;
  int32_t scale = 0;
};

DecimalShape ShapeOf(int32_t typmod) {
  const auto [precision, scale] = UnpackNumericTypmod(typmod);
  if (scale < 0) return {RowRule::kDecimalNegativeScale, precision - scale, 0};
  if (scale > precision) return {RowRule::kDecimalFraction, scale, scale};
  return {RowRule::kDecimal, precision, scale};
}

/// Returns nothing for a numeric that only text can hold exactly.
std::optional<DecimalShape> DecimalFor(int32_t typmod) {
  if (typmod < 4) return std::nullopt;
  const DecimalShape shape = ShapeOf(typmod);
  if (shape.precision > arrow::Decimal128Type::kMaxPrecision) return std::nullopt;
  return shape;
}

const MappingRow* FindByRule(RowRule rule) {
  for (const MappingRow& row : MappingRows()) {
    if (row.rule == rule) return &row;
  }
  return nullptr;
}

const MappingRow* FindByOid(uint32_t type_oid) {
  if (type_oid == 0) return nullptr;
  for (const MappingRow& row : MappingRows()) {
    if (std::ranges::count(row.oids, type_oid) > 0) return &row;
  }
  return nullptr;
}

const MappingRow* FindRow(const PostgresType& type, int32_t typmod) {
  if (!type.has_binary_form) return nullptr;
  if (type.oid == oid::kNumeric) {
    const auto decimal = DecimalFor(typmod);
    return FindByRule(decimal.has_value() ? decimal->rule : RowRule::kNumericText);
  }
  if (const MappingRow* row = FindByOid(type.oid)) return row;
  switch (type.kind) {
    case PostgresTypeKind::kEnum:
      return FindByRule(RowRule::kEnum);
    case PostgresTypeKind::kDomain:
      return type.element == nullptr ? nullptr : FindByRule(RowRule::kDomain);
    case PostgresTypeKind::kArray:
      // These two are arrays in name, with a lower bound of 0.
      if (type.oid == oid::kInt2Vector || type.oid == oid::kOidVector) return nullptr;
      return type.element == nullptr ? nullptr : FindByRule(RowRule::kArray);
    default:
      return nullptr;
  }
}

std::string_view ParquetStorage(int32_t precision) {
  if (precision <= arrow::Decimal32Type::kMaxPrecision) return "INT32";
  if (precision <= arrow::Decimal64Type::kMaxPrecision) return "INT64";
  return "FIXED";
}

TypeMapping MapDecimal(const DecimalShape& shape) {
  const std::string arguments =
      "(" + std::to_string(shape.precision) + "," + std::to_string(shape.scale) + ")";
  return {
      .wire = WireForm::kNumericDecimal,
      .arrow_type = arrow::smallest_decimal(shape.precision, shape.scale),
      .parquet = std::string(ParquetStorage(shape.precision)) + " DECIMAL" + arguments,
      .glue = "decimal" + arguments,
      .precision = shape.precision,
      .scale = shape.scale};
}

int ListDepth(const TypeMapping& mapping) {
  int depth = 0;
  for (const TypeMapping* part = &mapping; part != nullptr; part = part->element.get()) {
    depth += part->wire == WireForm::kList ? 1 : 0;
  }
  return depth;
}

TypeMapping ListOf(const TypeMapping& element) {
  return {.wire = WireForm::kList,
          .arrow_type = arrow::list(element.arrow_type),
          .parquet = "LIST<" + element.parquet + ">",
          .glue = "array<" + element.glue + ">",
          .element = std::make_shared<const TypeMapping>(element),
          .note = element.note};
}

TypeMapping ApplyFixed(const MappingRow& row, int32_t typmod) {
  TypeMapping mapping{.wire = row.wire,
                      .arrow_type = row.arrow_type(),
                      .parquet = std::string(row.text.parquet),
                      .glue = std::string(row.text.glue)};
  if (row.rule == RowRule::kNumericText) {
    mapping.note = typmod < 4 ? "no declared precision, so exact text; declared as "
                                "numeric(p,s) with p <= 38 it would be a decimal"
                              : "more than 38 digits, so exact text";
  }
  return mapping;
}

/// Maps a type, or says which part of it has no row.
struct MapResult {
  std::optional<TypeMapping> mapping;
  const PostgresType* refused = nullptr;
};

MapResult Map(const PostgresType& type, int32_t typmod) {
  const MappingRow* row = FindRow(type, typmod);
  if (row == nullptr) return {.refused = &type};
  switch (row->rule) {
    case RowRule::kDomain:
      return Map(*type.element, type.domain_typmod);
    case RowRule::kArray: {
      MapResult element = Map(*type.element, typmod);
      if (!element.mapping.has_value()) return element;
      if (ListDepth(*element.mapping) == kMaxListDepth) return {.refused = &type};
      return {.mapping = ListOf(*element.mapping)};
    }
    case RowRule::kDecimal:
    case RowRule::kDecimalNegativeScale:
    case RowRule::kDecimalFraction:
      return {.mapping = MapDecimal(ShapeOf(typmod))};
    default:
      return {.mapping = ApplyFixed(*row, typmod)};
  }
}

WireForm InnermostForm(const TypeMapping& mapping) {
  const TypeMapping* innermost = &mapping;
  while (innermost->element != nullptr) innermost = innermost->element.get();
  return innermost->wire;
}

}  // namespace

bool MeetsNan(const TypeMapping& mapping) {
  return InnermostForm(mapping) == WireForm::kNumericDecimal;
}

bool MeetsInfinity(const TypeMapping& mapping) {
  const WireForm form = InnermostForm(mapping);
  return form == WireForm::kDate || form == WireForm::kTimestamp;
}

arrow::Result<TypeMapping> MapType(const PostgresType& type, int32_t typmod,
                                   std::string_view column) {
  MapResult result = Map(type, typmod);
  if (result.mapping.has_value()) return *std::move(result.mapping);
  std::string message = "mapping column \"" + std::string(column) +
                        "\": no exact form for type " + RenderTypeName(type, typmod);
  if (result.refused != &type) {
    message += ", which is made of " + RenderTypeName(*result.refused, /*typmod=*/-1);
  }
  return MakeError(
      ErrorKind::kUnsupportedType, std::move(message),
      "leave the column out: list the other ones under `columns:` of its table; a "
      "later version will offer a policy for such types");
}

}  // namespace carmilla
