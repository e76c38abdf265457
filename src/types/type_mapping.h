#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include "types/postgres_type.h"

namespace carmilla {

/// How the bytes of one value in `COPY ... (FORMAT binary)` become one Arrow value. The
/// layouts are those of the *_send functions of PostgreSQL's src/backend/utils/adt.
enum class WireForm : uint8_t {
  kBoolean,         ///< 1 byte -> bool
  kInt16,           ///< -> int16
  kInt32,           ///< -> int32
  kInt64,           ///< -> int64
  kUint32,          ///< 4 bytes unsigned (oid) -> int64
  kFloat,           ///< IEEE 754 single -> float
  kDouble,          ///< IEEE 754 double -> double
  kNumericDecimal,  ///< base-10000 digits -> decimal32/64/128(precision, scale)
  kNumericText,     ///< base-10000 digits -> string, exact decimal text
  kNumericDouble,   ///< base-10000 digits -> double, the nearest
  kText,  ///< bytes as they are (text, varchar, bpchar, name, enum, json) -> string
  kTrimmedText,     ///< the same without blanks at the end (bpchar) -> string
  kCharacter,       ///< the type "char" -> string as PostgreSQL prints it
  kBytes,           ///< bytea -> binary
  kDate,            ///< days since 2000-01-01 -> date32
  kTimeText,        ///< microseconds of the day -> string 'HH:MM:SS[.ffffff]'
  kTimeMicros,      ///< microseconds of the day -> time64[us]
  kTimestamp,       ///< microseconds since 2000-01-01 -> timestamp[us] or [ms]
  kIntervalText,    ///< microseconds, days, months -> string, iso_8601
  kIntervalParts,   ///< the same -> struct<months, days, micros>
  kUuidText,        ///< 16 bytes -> string of 36 characters
  kUuidBytes,       ///< 16 bytes -> arrow.uuid
  kJsonb,           ///< version byte 1, then text (jsonb, jsonpath) -> string
  kInt64Decimal,    ///< 8 bytes signed (money) -> decimal128(19, scale)
  kUint64Decimal,   ///< 8 bytes unsigned (xid8) -> decimal128(20, 0)
  kTimetzText,      ///< microseconds, seconds west -> string 'HH:MM:SS[.ffffff]+HH...'
  kNetworkText,     ///< inet_send, cidr_send -> string as PostgreSQL prints it
  kMacAddressText,  ///< 6 or 8 bytes -> string, pairs of digits between colons
  kBitText,         ///< number of bits, bytes -> string of 0 and 1
  kFloatList,       ///< vector_send of pgvector -> list<float>
  kList,            ///< array_send, one dimension, lower bound 1 -> list<element>
  kZeroBasedList,   ///< the same with lower bound 0 (int2vector, oidvector)
  kStruct,          ///< record_send -> struct of the members
  kRange,           ///< range_send -> struct, see RangeType
  kMultirange,      ///< multirange_send -> list of ranges
  kTextMap,         ///< hstore_send -> map<string, string>
};

/// What to do with a value that the target type cannot hold.
enum class ValuePolicy : uint8_t {
  kError,
  kNull,
  kText,     ///< The whole column becomes text, which holds the value as it is.
  kClamp,    ///< The nearest value that the type holds.
  kFlatten,  ///< The elements of an array of any shape, in one dimension.
  kFloor,    ///< Without the digits that the type has no place for, rounded down.
};

/// In the order of ValuePolicy.
inline constexpr std::array<std::string_view, 6> kValuePolicyNames = {
    "error", "null", "text", "clamp", "flatten", "floor"};

constexpr std::string_view NameOf(ValuePolicy policy) {
  return kValuePolicyNames[static_cast<size_t>(policy)];
}

/// Per column; the defaults refuse, but for what a declared type asks for.
struct ValuePolicies {
  /// numeric NaN and Infinity: error, null or text.
  ValuePolicy on_nan = ValuePolicy::kError;
  /// Infinite dates, timestamps and intervals: error, null, text or clamp.
  ValuePolicy on_infinity = ValuePolicy::kError;
  /// What a declared type cannot hold: error, null or clamp.
  ValuePolicy on_out_of_range = ValuePolicy::kError;
  /// Times finer than a declared type: floor, error or null. Who declares milliseconds
  /// asks for them; what is lost is counted.
  ValuePolicy on_precision = ValuePolicy::kFloor;
  /// Arrays that no list can be: error, null, text or flatten.
  ValuePolicy on_array_shape = ValuePolicy::kError;
  /// Text of a database that does not know its encoding: error or null.
  ValuePolicy on_invalid_utf8 = ValuePolicy::kError;

  bool operator==(const ValuePolicies&) const = default;
};

/// One of the policies: how configuration and manifests name it, and where it stands.
struct PolicyField {
  std::string_view name;
  ValuePolicy ValuePolicies::* member;
};

inline constexpr std::array kPolicyFields = {
    PolicyField{"on_nan", &ValuePolicies::on_nan},
    PolicyField{"on_infinity", &ValuePolicies::on_infinity},
    PolicyField{"on_out_of_range", &ValuePolicies::on_out_of_range},
    PolicyField{"on_precision", &ValuePolicies::on_precision},
    PolicyField{"on_array_shape", &ValuePolicies::on_array_shape},
    PolicyField{"on_invalid_utf8", &ValuePolicies::on_invalid_utf8},
};

/// SQL around a column's name in the SELECT list; both are empty for the column itself.
struct SelectForm {
  std::string before;
  std::string after;

  bool is_plain() const { return before.empty() && after.empty(); }
  bool operator==(const SelectForm&) const = default;
};

/// How one column travels: one row of the type table applied to a column.
struct TypeMapping {
  WireForm wire = WireForm::kText;
  std::shared_ptr<arrow::DataType> arrow_type;
  std::string parquet;    ///< For people and docs: `INT64 TIMESTAMP(MICROS, UTC)`.
  std::string glue;       ///< Hive type as Athena spells it: `decimal(12,2)`.
  int32_t precision = 0;  ///< kNumericDecimal only.
  int32_t scale = 0;      ///< kNumericDecimal only.
  /// The type is declared and narrower than the column's own: on_out_of_range is met.
  bool is_narrower = false;
  /// The element of a list, the members of a struct, the bound of a range, the range of a
  /// multirange.
  std::vector<TypeMapping> parts;
  /// kStruct only: the members' types as record_send tells them.
  std::vector<uint32_t> member_oids;
  /// Of a geometry whose type tells it; 0 where each value has its own, or none.
  int64_t srid = 0;
  SelectForm select;  ///< Of the whole column; that of a part is always plain.
  /// The schema, quoted, of functions that `select` calls, on which the role needs USAGE;
  /// "" where there are none but the server's own.
  std::string functions_schema;
  std::string
      note;  ///< A remark for `plan`, such as how to declare unbounded numeric; or "".

  /// Returns whether `predicate` holds for this mapping or for a part of it.
  template <typename Predicate>
  bool Any(const Predicate& predicate) const {
    if (predicate(*this)) return true;
    for (const TypeMapping& part : parts) {
      if (part.Any(predicate)) return true;
    }
    return false;
  }
};

/// struct<lower: T, upper: T, lower_inc: bool, upper_inc: bool, empty: bool>. A bound
/// that is NULL is unbounded; of an empty range both are, and nothing is inclusive.
std::shared_ptr<arrow::DataType> RangeType(std::shared_ptr<arrow::DataType> bound);

/// Applies the type table. Domains map as their base with the domain's typmod; arrays,
/// composites and ranges map their parts, and are printed by the server as a whole where
/// a part is. A type without a row is kUnsupportedType; the message names `column` and
/// the type.
arrow::Result<TypeMapping> MapType(const PostgresType& type, int32_t typmod,
                                   std::string_view column);

/// Maps to `decimal(precision, scale)` in the narrowest storage; 1 <= precision <= 38,
/// 0 <= scale <= precision.
TypeMapping MapAsDecimal(int32_t precision, int32_t scale);
/// Maps to what the type's output function prints.
TypeMapping MapAsServerText(const PostgresType& type);

/// Maps a geometry or geography to well-known binary, without the SRIDs of its values,
/// or to PostGIS' extended one, which holds them.
TypeMapping MapAsWkb(const PostgresType& type, int32_t typmod);
TypeMapping MapAsEwkb(int32_t typmod);

/// Whether the policy is about a column of this form, or about a part of it.
bool Meets(const PolicyField& policy, const TypeMapping& mapping);
/// Whether it is, and what it is about may become NULL: a bound of a range may not, which
/// would be none.
bool MeetsNullable(const PolicyField& policy, const TypeMapping& mapping);

/// One row of the type table, as `carmilla types` and docs/types.md print it.
struct TypeTableRow {
  std::string_view postgres;
  std::string_view arrow;
  std::string_view parquet;
  std::string_view glue;
  std::string_view notes;
};
std::span<const TypeTableRow> TypeTable();

}  // namespace carmilla
