#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "carmilla/bytes.h"
#include "carmilla/date.h"
#include "carmilla/decimal.h"
#include "carmilla/enum_labels.h"
#include "carmilla/internal/member_fit.h"
#include "carmilla/interval.h"
#include "carmilla/json.h"
#include "carmilla/predicate.h"
#include "carmilla/time_of_day.h"
#include "carmilla/timestamp.h"
#include "carmilla/uuid.h"

namespace carmilla::internal {

/// A value that a query calls `$1`, `$2`... It is sent quoted, never as SQL.
struct QueryParameter {
  /// Of the value, or of an element of the array; "": of what it stands beside in SQL.
  std::string type;
  bool is_array = false;
  bool is_null = false;  ///< There are no values then.
  /// As PostgreSQL reads them: one, or the elements of the array.
  std::vector<std::optional<std::string>> values;
};

/// The SQL type of T's values; "" of those that SQL itself gives a type where they stand:
/// a text may be compared with an enum, a uuid or a domain. Null if T is no parameter.
template <typename T>
constexpr const char* SqlTypeOf() {
  constexpr bool kIsByte = sizeof(T) == 1;
  if constexpr (std::same_as<T, bool>) return "boolean";
  if constexpr (std::integral<T> && !kIsByte) {
    constexpr size_t kBytes = std::is_signed_v<T> ? sizeof(T) : 2 * sizeof(T);
    if constexpr (kBytes == 2) return "smallint";
    if constexpr (kBytes == 4) return "integer";
    if constexpr (kBytes == 8) return "bigint";
    return "numeric";
  }
  if constexpr (std::same_as<T, float>) return "real";
  if constexpr (std::same_as<T, double>) return "double precision";
  if constexpr (std::same_as<T, Date>) return "date";
  if constexpr (std::same_as<T, Time>) return "time";
  if constexpr (std::same_as<T, Timestamp>) return "timestamp";
  if constexpr (std::same_as<T, TimestampTz>) return "timestamptz";
  if constexpr (std::same_as<T, Interval>) return "interval";
  if constexpr (std::same_as<T, Uuid>) return "uuid";
  if constexpr (std::same_as<T, Bytes>) return "bytea";
  if constexpr (kIsDecimal<T>) return "numeric";
  if constexpr (std::convertible_to<T, std::string_view> || LabelledEnum<T> ||
                std::same_as<T, Json>) {
    return "";
  }
  return nullptr;
}

template <typename T>
inline constexpr bool kIsParameterValue = [] {
  if constexpr (std::is_void_v<T> || std::is_array_v<T>) return false;
  return SqlTypeOf<T>() != nullptr;
}();

/// How values of T become parameters.
template <typename T>
struct ParameterOf {
  static constexpr bool kIsKnown = kIsParameterValue<T>;
  static constexpr bool kIsArray = false;
  using Value = T;
  static std::vector<std::optional<std::string>> Values(const T& value) {
    return {SqlText(value)};
  }
};

template <typename T>
  requires(std::ranges::input_range<const T> && !std::convertible_to<T, std::string_view>)
struct ParameterOf<T> {
  using Element = std::ranges::range_value_t<const T>;
  using Value = typename WithoutOptional<Element>::Type;
  static constexpr bool kIsKnown = kIsParameterValue<Value>;
  static constexpr bool kIsArray = true;
  static std::vector<std::optional<std::string>> Values(const T& elements) {
    std::vector<std::optional<std::string>> values;
    for (const auto& element : elements) {
      const std::optional<Value> value = static_cast<const Element&>(element);
      values.push_back(value.has_value() ? std::optional(SqlText(*value)) : std::nullopt);
    }
    return values;
  }
};

template <typename T>
QueryParameter MakeParameterOf(const T& value) {
  using Traits = ParameterOf<T>;
  return {.type = SqlTypeOf<typename Traits::Value>(),
          .is_array = Traits::kIsArray,
          .values = Traits::Values(value)};
}

/// Text of any form is one.
template <typename T>
QueryParameter MakeParameter(const T& value) {
  using Value = typename WithoutOptional<T>::Type;
  using Traits = ParameterOf<Value>;
  if constexpr (std::convertible_to<const T&, std::string_view>) {
    return MakeParameterOf<std::string_view>(value);
  } else if constexpr (std::same_as<T, std::nullopt_t>) {
    return {.type = "", .is_null = true, .values = {}};
  } else if constexpr (!Traits::kIsKnown) {
    static_assert(
        kNever<T>,
        "a parameter of a query is a bool, number, text, Decimal, date or time, "
        "Uuid, Bytes, Json or enum of a header, std::optional of one, or "
        "std::vector of these");
    return {};
  } else if constexpr (std::same_as<T, Value>) {
    return MakeParameterOf(value);
  } else {
    if (value.has_value()) return MakeParameterOf(*value);
    return {.type = SqlTypeOf<typename Traits::Value>(),
            .is_array = Traits::kIsArray,
            .is_null = true,
            .values = {}};
  }
}

}  // namespace carmilla::internal
