#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <arrow/type_fwd.h>

#include "carmilla/bytes.h"
#include "carmilla/date.h"
#include "carmilla/decimal.h"
#include "carmilla/enum_labels.h"
#include "carmilla/json.h"
#include "carmilla/time_of_day.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"

namespace carmilla::internal {

/// How the values of a column lie in memory, in Arrow's layouts.
enum class SlotForm : uint8_t {
  kFixed,   ///< Values of one width, as Slot::Raw.
  kBit,     ///< A bit each.
  kText,    ///< 32-bit offsets and bytes.
  kList,    ///< 32-bit offsets and a column of elements.
  kRecord,  ///< A column for each member.
};

/// How values of T stand in a column: specialised for each type that a member may have.
///
///     kForm      its layout
///     Type()     the Arrow type that a member of T is written as
///     Declared() the type that a column of PostgreSQL is read as (docs/configuration.md)
///
/// and, by form, Raw with FromRaw and ToRaw, or FromText and ToText.
template <typename T>
struct Slot;

/// Columns of a table, or members of a struct.
using NamedTypes = std::vector<std::pair<std::string, std::shared_ptr<arrow::DataType>>>;

template <typename T>
concept Slotted = requires { Slot<T>::kForm; };

/// A number that lies in the column as it is.
template <typename T>
struct NumberSlot {
  static constexpr SlotForm kForm = SlotForm::kFixed;
  using Raw = T;
  static T FromRaw(Raw raw) { return raw; }
  static Raw ToRaw(T value) { return value; }
};

template <>
struct Slot<int16_t> : NumberSlot<int16_t> {
  static std::shared_ptr<arrow::DataType> Type() { return arrow::int16(); }
  static std::string Declared() { return "smallint"; }
};

template <>
struct Slot<int32_t> : NumberSlot<int32_t> {
  static std::shared_ptr<arrow::DataType> Type() { return arrow::int32(); }
  static std::string Declared() { return "integer"; }
};

template <>
struct Slot<int64_t> : NumberSlot<int64_t> {
  static std::shared_ptr<arrow::DataType> Type() { return arrow::int64(); }
  static std::string Declared() { return "bigint"; }
};

template <>
struct Slot<float> : NumberSlot<float> {
  static std::shared_ptr<arrow::DataType> Type() { return arrow::float32(); }
  static std::string Declared() { return "real"; }
};

template <>
struct Slot<double> : NumberSlot<double> {
  static std::shared_ptr<arrow::DataType> Type() { return arrow::float64(); }
  static std::string Declared() { return "double"; }
};

template <>
struct Slot<bool> {
  static constexpr SlotForm kForm = SlotForm::kBit;
  static std::shared_ptr<arrow::DataType> Type() { return arrow::boolean(); }
  static std::string Declared() { return "boolean"; }
};

/// Text that a member views or owns.
template <typename T>
struct TextSlot {
  static constexpr SlotForm kForm = SlotForm::kText;
  static constexpr bool kIsUtf8 = true;
  static std::shared_ptr<arrow::DataType> Type() { return arrow::utf8(); }
  static std::string Declared() { return "text"; }
  static T FromText(std::string_view text) { return T(text); }
  static std::string_view ToText(const T& value) { return value; }
};

template <>
struct Slot<std::string_view> : TextSlot<std::string_view> {};

template <>
struct Slot<std::string> : TextSlot<std::string> {};

template <>
struct Slot<Date> {
  static constexpr SlotForm kForm = SlotForm::kFixed;
  using Raw = int32_t;
  static Date FromRaw(Raw raw) { return Date::FromDays(raw); }
  static Raw ToRaw(Date value) { return value.days(); }
  static std::shared_ptr<arrow::DataType> Type() { return arrow::date32(); }
  static std::string Declared() { return "date"; }
};

/// Microseconds, since midnight or 1970.
template <typename T>
struct MicrosSlot {
  static constexpr SlotForm kForm = SlotForm::kFixed;
  using Raw = int64_t;
  static T FromRaw(Raw raw) { return T::FromMicros(raw); }
  static Raw ToRaw(T value) { return value.micros(); }
};

template <>
struct Slot<Time> : MicrosSlot<Time> {
  static std::shared_ptr<arrow::DataType> Type() {
    return arrow::time64(arrow::TimeUnit::MICRO);
  }
  static std::string Declared() { return "time64"; }
};

template <>
struct Slot<Timestamp> : MicrosSlot<Timestamp> {
  static std::shared_ptr<arrow::DataType> Type() {
    return arrow::timestamp(arrow::TimeUnit::MICRO);
  }
  static std::string Declared() { return "timestamp[us]"; }
};

template <>
struct Slot<TimestampTz> : MicrosSlot<TimestampTz> {
  static std::shared_ptr<arrow::DataType> Type() {
    return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  }
  static std::string Declared() { return "timestamp[us, UTC]"; }
};

/// A text of a column that is read as Uuid is none.
[[noreturn]] void ThrowNoUuid();

/// As it is in tables that no task has written: as text.
template <>
struct Slot<Uuid> : TextSlot<Uuid> {
  static Uuid FromText(std::string_view text) {
    const auto uuid = Uuid::Parse(text);
    if (!uuid.ok()) ThrowNoUuid();
    return *uuid;
  }
  static std::string ToText(const Uuid& value) { return value.ToString(); }
};

template <>
struct Slot<Json> : TextSlot<Json> {
  static Json FromText(std::string_view text) { return Json::FromPostgres(text); }
  static std::string_view ToText(const Json& value) { return value.text(); }
};

template <>
struct Slot<Bytes> : TextSlot<Bytes> {
  static constexpr bool kIsUtf8 = false;
  static std::shared_ptr<arrow::DataType> Type() { return arrow::binary(); }
  static std::string Declared() { return "binary"; }
  static Bytes FromText(std::string_view bytes) { return Bytes(bytes); }
  static std::string_view ToText(const Bytes& value) { return value.view(); }
};

/// A label was added to an enum since its header was written.
[[noreturn]] void ThrowUnknownLabel();

template <LabelledEnum E>
struct Slot<E> : TextSlot<E> {
  static E FromText(std::string_view text) {
    const std::optional<E> found = FindLabel<E>(text);
    if (!found.has_value()) ThrowUnknownLabel();
    return *found;
  }
  static std::string_view ToText(E value) { return LabelOf(value); }
};

/// In the narrowest of Arrow's decimals.
template <int P, int S>
struct Slot<Decimal<P, S>> {
  static constexpr SlotForm kForm = SlotForm::kFixed;
  using Raw = typename Decimal<P, S>::Storage;
  static Decimal<P, S> FromRaw(Raw raw) { return Decimal<P, S>::FromStorage(raw); }
  static Raw ToRaw(Decimal<P, S> value) { return value.storage(); }
  static std::shared_ptr<arrow::DataType> Type() {
    if constexpr (sizeof(Raw) == sizeof(int32_t)) return arrow::decimal32(P, S);
    if constexpr (sizeof(Raw) == sizeof(int64_t)) return arrow::decimal64(P, S);
    return arrow::decimal128(P, S);
  }
  static std::string Declared() {
    return "decimal(" + std::to_string(P) + "," + std::to_string(S) + ")";
  }
};

}  // namespace carmilla::internal
