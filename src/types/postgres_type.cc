#include "types/postgres_type.h"

#include <array>
#include <string_view>

#include "types/built_in_oid.h"
#include "types/numeric_typmod.h"

namespace carmilla {
namespace {

namespace oid = built_in_oid;

// The types whose name in SQL is not the one in pg_type.
struct SqlName {
  uint32_t oid;
  std::string_view name;
  std::string_view suffix;  // Follows the typmod.
};

constexpr std::array kSqlNames{
    SqlName{oid::kBool, "boolean", ""},
    SqlName{oid::kChar, "\"char\"", ""},
    SqlName{oid::kInt8, "bigint", ""},
    SqlName{oid::kInt2, "smallint", ""},
    SqlName{oid::kInt4, "integer", ""},
    SqlName{oid::kFloat4, "real", ""},
    SqlName{oid::kFloat8, "double precision", ""},
    SqlName{oid::kVarchar, "character varying", ""},
    SqlName{oid::kTime, "time", " without time zone"},
    SqlName{oid::kTimetz, "time", " with time zone"},
    SqlName{oid::kTimestamp, "timestamp", " without time zone"},
    SqlName{oid::kTimestamptz, "timestamp", " with time zone"},
    SqlName{oid::kVarbit, "bit varying", ""},
};

// The fields of an interval as bits of its typmod (datatype/timestamp.h,
// utils/datetime.h).
constexpr int32_t kMonth = 1 << 1;
constexpr int32_t kYear = 1 << 2;
constexpr int32_t kDay = 1 << 3;
constexpr int32_t kHour = 1 << 10;
constexpr int32_t kMinute = 1 << 11;
constexpr int32_t kSecond = 1 << 12;
constexpr int32_t kAnyPrecision = 0xFFFF;

std::string_view IntervalFields(int32_t fields) {
  switch (fields) {
    case kYear:
      return " year";
    case kMonth:
      return " month";
    case kDay:
      return " day";
    case kHour:
      return " hour";
    case kMinute:
      return " minute";
    case kSecond:
      return " second";
    case kYear | kMonth:
      return " year to month";
    case kDay | kHour:
      return " day to hour";
    case kDay | kHour | kMinute:
      return " day to minute";
    case kDay | kHour | kMinute | kSecond:
      return " day to second";
    case kHour | kMinute:
      return " hour to minute";
    case kHour | kMinute | kSecond:
      return " hour to second";
    case kMinute | kSecond:
      return " minute to second";
    default:
      return "";
  }
}

std::string Parenthesised(int32_t number) { return "(" + std::to_string(number) + ")"; }

/// Renders what the *typmodout function of a built-in type prints.
std::string RenderTypmod(uint32_t type_oid, int32_t typmod) {
  if (typmod < 0) return "";
  switch (type_oid) {
    case oid::kBpchar:
    case oid::kVarchar:
      // The typmod counts the length word of a varlena too.
      return typmod < 4 ? "" : Parenthesised(typmod - 4);
    case oid::kNumeric: {
      if (typmod < 4) return "";
      const auto [precision, scale] = UnpackNumericTypmod(typmod);
      return "(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    }
    case oid::kInterval: {
      const int32_t precision = typmod & kAnyPrecision;
      return std::string(IntervalFields((typmod >> 16) & 0x7FFF)) +
             (precision == kAnyPrecision ? "" : Parenthesised(precision));
    }
    case oid::kTime:
    case oid::kTimetz:
    case oid::kTimestamp:
    case oid::kTimestamptz:
    case oid::kBit:
    case oid::kVarbit:
      return Parenthesised(typmod);
    default:
      return "";
  }
}

bool IsPlainIdentifier(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (name.empty() || !is_letter(name.front())) return false;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_letter(c) && !is_digit) return false;
  }
  return true;
}

std::string QuoteWhereNeeded(std::string_view name) {
  if (IsPlainIdentifier(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

bool IsVector(uint32_t type_oid) {
  return type_oid == oid::kInt2Vector || type_oid == oid::kOidVector;
}

}  // namespace

BaseType BaseOf(const PostgresType& type, int32_t typmod) {
  BaseType base{&type, typmod};
  while (base.type->kind == PostgresTypeKind::kDomain && base.type->element != nullptr) {
    base = {base.type->element.get(), base.type->domain_typmod};
  }
  return base;
}

std::string RenderTypeName(const PostgresType& type, int32_t typmod) {
  if (type.kind == PostgresTypeKind::kArray && type.element != nullptr &&
      !IsVector(type.oid)) {
    return RenderTypeName(*type.element, typmod) + "[]";
  }
  const std::string modifier = RenderTypmod(type.oid, typmod);
  for (const SqlName& sql : kSqlNames) {
    if (sql.oid == type.oid) {
      return std::string(sql.name) + modifier + std::string(sql.suffix);
    }
  }
  // Without a length these two are not what SQL means by character and bit, which are of
  // length 1.
  if (type.oid == oid::kBpchar)
    return modifier.empty() ? "bpchar" : "character" + modifier;
  if (type.oid == oid::kBit) return modifier.empty() ? "\"bit\"" : "bit" + modifier;
  const std::string name = QuoteWhereNeeded(type.name) + modifier;
  return type.schema == "pg_catalog" ? name : QuoteWhereNeeded(type.schema) + "." + name;
}

}  // namespace carmilla
