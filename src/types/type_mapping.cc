#include "types/type_mapping.h"

#include <arrow/type.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/error.h"
#include "types/arrow_type_text.h"
#include "types/built_in_oid.h"
#include "types/numeric_typmod.h"
#include "types/type_table.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

/// Digits of the largest int64.
constexpr int32_t kMoneyPrecision = 19;

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

const MappingRow* FindByExtension(const PostgresType& type) {
  if (type.extension.empty()) return nullptr;
  for (const MappingRow& row : MappingRows()) {
    if (row.extension == type.extension && std::ranges::count(row.names, type.name) > 0) {
      return &row;
    }
  }
  return nullptr;
}

const MappingRow* FindByKind(const PostgresType& type) {
  const bool has_element = type.element != nullptr;
  switch (type.kind) {
    case PostgresTypeKind::kEnum:
      return FindByRule(RowRule::kEnum);
    case PostgresTypeKind::kDomain:
      return has_element ? FindByRule(RowRule::kDomain) : nullptr;
    case PostgresTypeKind::kArray:
      return has_element ? FindByRule(RowRule::kArray) : nullptr;
    case PostgresTypeKind::kComposite:
      return type.members.empty() ? nullptr : FindByRule(RowRule::kComposite);
    case PostgresTypeKind::kRange:
      return has_element ? FindByRule(RowRule::kRange) : nullptr;
    case PostgresTypeKind::kMultirange:
      return has_element ? FindByRule(RowRule::kMultirange) : nullptr;
    default:
      return nullptr;
  }
}

/// As postgis_typmod_srid tells it; 0 if the type takes any.
int32_t SridOf(int32_t typmod) {
  if (typmod < 0) return 0;
  const int32_t srid = ((typmod & 0x0FFFFF00) - (typmod & 0x10000000)) >> 8;
  return std::max(srid, 0);
}

const MappingRow* FindRow(const PostgresType& type, int32_t typmod) {
  if (type.oid == oid::kNumeric) {
    const auto decimal = DecimalFor(typmod);
    return FindByRule(decimal.has_value() ? decimal->rule : RowRule::kNumericText);
  }
  if (type.oid == oid::kMoney) {
    const bool is_known = type.money_digits >= 0 && type.money_digits <= kMoneyPrecision;
    return is_known ? FindByRule(RowRule::kMoney) : nullptr;
  }
  if (const MappingRow* row = FindByOid(type.oid)) return row;
  if (const MappingRow* row = FindByExtension(type)) {
    const bool is_any = row->rule == RowRule::kGeometry && SridOf(typmod) == 0;
    return is_any ? FindByRule(RowRule::kAnyGeometry) : row;
  }
  return FindByKind(type);
}

std::string_view ParquetStorage(int32_t precision) {
  if (precision <= arrow::Decimal32Type::kMaxPrecision) return "INT32";
  if (precision <= arrow::Decimal64Type::kMaxPrecision) return "INT64";
  return "FIXED";
}

std::string Arguments(int32_t precision, int32_t scale) {
  return "(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
}

TypeMapping MapMoney(int32_t digits) {
  const std::string arguments = Arguments(kMoneyPrecision, digits);
  return {.wire = WireForm::kInt64Decimal,
          .arrow_type = arrow::decimal128(kMoneyPrecision, digits),
          .parquet = "FIXED DECIMAL" + arguments,
          .glue = "decimal" + arguments};
}

bool IsServerText(const TypeMapping& mapping) {
  return mapping.wire == WireForm::kText && !mapping.select.is_plain();
}

bool IsInMilliseconds(const TypeMapping& mapping) {
  if (mapping.wire != WireForm::kTimestamp) return false;
  const auto& type = static_cast<const arrow::TimestampType&>(*mapping.arrow_type);
  return type.unit() == arrow::TimeUnit::MILLI;
}

bool MeetsItself(const PolicyField& policy, const TypeMapping& mapping) {
  if (policy.member == &ValuePolicies::on_out_of_range) return mapping.is_narrower;
  if (policy.member == &ValuePolicies::on_precision) return IsInMilliseconds(mapping);
  switch (mapping.wire) {
    case WireForm::kNumericDecimal:
      return policy.member == &ValuePolicies::on_nan;
    case WireForm::kDate:
    case WireForm::kTimestamp:
    case WireForm::kIntervalParts:
      return policy.member == &ValuePolicies::on_infinity;
    case WireForm::kList:
      return policy.member == &ValuePolicies::on_array_shape;
    case WireForm::kText:
    case WireForm::kTrimmedText:
    case WireForm::kJsonb:
    case WireForm::kTextMap:
      return policy.member == &ValuePolicies::on_invalid_utf8;
    default:
      return false;
  }
}

/// Lists and groups in each other.
int Nesting(const TypeMapping& mapping) {
  int deepest = 0;
  for (const TypeMapping& part : mapping.parts) {
    deepest = std::max(deepest, Nesting(part));
  }
  return deepest + (mapping.parts.empty() ? 0 : 1);
}

TypeMapping ListOf(WireForm wire, TypeMapping element) {
  TypeMapping list{.wire = wire,
                   .arrow_type = arrow::list(element.arrow_type),
                   .parquet = "LIST<" + element.parquet + ">",
                   .glue = "array<" + element.glue + ">",
                   .note = element.note};
  list.parts.push_back(std::move(element));
  return list;
}

/// Members of a group, as people read them.
struct GroupText {
  std::string parquet;
  std::string glue;

  void Add(std::string_view name, std::string_view of_parquet, std::string_view of_glue) {
    const auto append = [&](std::string* text, std::string_view separator,
                            std::string_view colon, std::string_view type) {
      if (!text->empty()) text->append(separator);
      text->append(name).append(colon).append(type);
    };
    append(&parquet, ", ", ": ", of_parquet);
    append(&glue, ",", ":", of_glue);
  }
  void ApplyTo(TypeMapping* mapping) const {
    mapping->parquet = "GROUP<" + parquet + ">";
    mapping->glue = "struct<" + glue + ">";
  }
};

TypeMapping RangeOf(TypeMapping bound) {
  TypeMapping range{.wire = WireForm::kRange, .arrow_type = RangeType(bound.arrow_type)};
  GroupText text;
  for (const auto& field : range.arrow_type->fields()) {
    const bool is_flag = field->type()->id() == arrow::Type::BOOL;
    text.Add(field->name(), is_flag ? "BOOLEAN" : bound.parquet,
             is_flag ? "boolean" : bound.glue);
  }
  text.ApplyTo(&range);
  range.note = bound.note;
  range.parts.push_back(std::move(bound));
  return range;
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

MapResult Map(const PostgresType& type, int32_t typmod);

/// Maps what stands inside an array, a composite or a range, of which no function of a
/// geometry's can be called.
MapResult MapPart(const PostgresType& type, int32_t typmod) {
  MapResult part = Map(type, typmod);
  if (part.mapping.has_value() && part.mapping->srid > 0) {
    part.mapping = MapAsEwkb(typmod);
  }
  return part;
}

/// Elements that the server must print are cast, which keeps the array; where a cast
/// prints otherwise than the output function, the whole array is printed.
TypeMapping ArrayOf(const PostgresType& type, TypeMapping element) {
  if (element.select.is_plain()) return ListOf(WireForm::kList, std::move(element));
  if (!IsServerText(element) || BaseOf(*type.element).type->has_cast_to_text)
    return MapAsServerText(type);
  element.select = {};
  TypeMapping list = ListOf(WireForm::kList, std::move(element));
  list.select = {"", "::pg_catalog.text[]"};
  return list;
}

MapResult MapComposite(const PostgresType& type) {
  TypeMapping group{.wire = WireForm::kStruct};
  GroupText text;
  arrow::FieldVector fields;
  bool is_plain = true;
  for (const TypeMember& member : type.members) {
    MapResult part = MapPart(*member.type, member.typmod);
    if (!part.mapping.has_value()) return part;
    is_plain &= part.mapping->select.is_plain();
    fields.push_back(arrow::field(member.name, part.mapping->arrow_type));
    text.Add(member.name, part.mapping->parquet, part.mapping->glue);
    if (group.note.empty()) group.note = part.mapping->note;
    group.member_oids.push_back(member.type->oid);
    group.parts.push_back(*std::move(part.mapping));
  }
  if (!is_plain) return {.mapping = MapAsServerText(type)};
  text.ApplyTo(&group);
  group.arrow_type = arrow::struct_(std::move(fields));
  return {.mapping = std::move(group)};
}

/// Maps a type with parts.
MapResult MapWhole(const PostgresType& type, RowRule rule, int32_t typmod) {
  if (rule == RowRule::kComposite) return MapComposite(type);
  MapResult part = MapPart(*type.element, typmod);
  if (!part.mapping.has_value()) return part;
  if (rule == RowRule::kArray) {
    return {.mapping = ArrayOf(type, *std::move(part.mapping))};
  }
  if (!part.mapping->select.is_plain()) return {.mapping = MapAsServerText(type)};
  return {.mapping = rule == RowRule::kRange
                         ? RangeOf(*std::move(part.mapping))
                         : ListOf(WireForm::kMultirange, *std::move(part.mapping))};
}

TypeMapping MapVector(const MappingRow& row) {
  const bool is_of_oids = row.oids.front() == oid::kOidVector;
  const MappingRow* element = FindByOid(is_of_oids ? oid::kOid : oid::kInt2);
  return ListOf(row.wire, ApplyFixed(*element, /*typmod=*/-1));
}

MapResult Map(const PostgresType& type, int32_t typmod) {
  const MappingRow* row = FindRow(type, typmod);
  if (row == nullptr) return {.refused = &type};
  switch (row->rule) {
    case RowRule::kDomain:
      return Map(*type.element, type.domain_typmod);
    case RowRule::kArray:
    case RowRule::kComposite:
    case RowRule::kRange:
    case RowRule::kMultirange: {
      MapResult whole = MapWhole(type, row->rule, typmod);
      const bool is_too_deep =
          whole.mapping.has_value() && Nesting(*whole.mapping) > kMaxNesting;
      return is_too_deep ? MapResult{.refused = &type} : whole;
    }
    case RowRule::kDecimal:
    case RowRule::kDecimalNegativeScale:
    case RowRule::kDecimalFraction:
      return {.mapping = MapAsDecimal(ShapeOf(typmod).precision, ShapeOf(typmod).scale)};
    case RowRule::kMoney:
      return {.mapping = MapMoney(type.money_digits)};
    case RowRule::kVector:
      return {.mapping = MapVector(*row)};
    case RowRule::kGeometry:
      return {.mapping = MapAsWkb(type, typmod)};
    case RowRule::kAnyGeometry: {
      TypeMapping geometry = MapAsEwkb(typmod);
      geometry.note =
          "no SRID in the type, so EWKB, which holds that of each value; declared as wkb "
          "it is well-known binary, without SRIDs";
      return {.mapping = std::move(geometry)};
    }
    default:
      return {.mapping = row->is_server_text || !type.has_binary_form
                             ? MapAsServerText(type)
                             : ApplyFixed(*row, typmod)};
  }
}

}  // namespace

TypeMapping MapAsDecimal(int32_t precision, int32_t scale) {
  const std::string arguments = Arguments(precision, scale);
  return {.wire = WireForm::kNumericDecimal,
          .arrow_type = arrow::smallest_decimal(precision, scale),
          .parquet = std::string(ParquetStorage(precision)) + " DECIMAL" + arguments,
          .glue = "decimal" + arguments,
          .precision = precision,
          .scale = scale};
}

TypeMapping MapAsServerText(const PostgresType& type) {
  const PostgresType& base = *BaseOf(type).type;
  // The cast prints by the output function, whose schema the role may not use; unless the
  // type has a cast of its own.
  const SelectForm select =
      base.has_cast_to_text
          ? SelectForm{"pg_catalog.textin(" + base.output_function + "(", "))"}
          : SelectForm{"", "::pg_catalog.text"};
  return {.wire = WireForm::kText,
          .arrow_type = arrow::utf8(),
          .parquet = "BYTE_ARRAY STRING",
          .glue = "string",
          .select = select};
}

TypeMapping MapAsEwkb(int32_t typmod) {
  return {.wire = WireForm::kBytes,
          .arrow_type = arrow::binary(),
          .parquet = "BYTE_ARRAY",
          .glue = "binary",
          .srid = SridOf(typmod)};
}

TypeMapping MapAsWkb(const PostgresType& type, int32_t typmod) {
  TypeMapping mapping = MapAsEwkb(typmod);
  mapping.select = {type.extension_schema + ".st_asbinary(", ")"};
  mapping.functions_schema = type.extension_schema;
  return mapping;
}

std::shared_ptr<arrow::DataType> RangeType(std::shared_ptr<arrow::DataType> bound) {
  return arrow::struct_({arrow::field("lower", bound), arrow::field("upper", bound),
                         arrow::field("lower_inc", arrow::boolean()),
                         arrow::field("upper_inc", arrow::boolean()),
                         arrow::field("empty", arrow::boolean())});
}

bool Meets(const PolicyField& policy, const TypeMapping& mapping) {
  return mapping.Any([&](const TypeMapping& part) { return MeetsItself(policy, part); });
}

bool MeetsNullable(const PolicyField& policy, const TypeMapping& mapping) {
  if (MeetsItself(policy, mapping)) return true;
  return mapping.wire != WireForm::kRange &&
         std::ranges::any_of(mapping.parts, [&](const TypeMapping& part) {
           return MeetsNullable(policy, part);
         });
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
      "declare it as text under `types:` of its table, or leave it out with `columns:`");
}

}  // namespace carmilla
