#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "carmilla/decimal.h"
#include "carmilla/predicate.h"

namespace carmilla {

namespace internal {

/// A number that is neither a truth value nor a character.
template <typename T>
inline constexpr bool kIsNumber =
    std::is_arithmetic_v<T> && !std::same_as<T, bool> && !kIsCharacter<T>;

template <typename T>
inline constexpr bool kIsNull =
    std::same_as<T, std::nullopt_t> || std::same_as<T, std::nullptr_t>;
template <typename T>
inline constexpr bool kIsNull<std::optional<T>> = true;

/// A V can be compared with values of T without a loss.
template <typename T, typename V>
inline constexpr bool kIsComparable = std::convertible_to<const V&, T>;
template <typename T, typename V>
  requires kIsNumber<T>
inline constexpr bool kIsComparable<T, V> =
    kIsNumber<V> && !std::same_as<V, long double> &&
    (std::is_floating_point_v<T> || std::is_integral_v<V>);
template <typename V>
inline constexpr bool kIsComparable<bool, V> = std::same_as<V, bool>;

/// The text of a value that a column of T is compared with. Integers and decimals are
/// sent as they are: a comparison takes no digits from them, and what an integer column
/// cannot hold is for the server to refuse.
template <typename T, typename V>
std::string TextToCompare(const V& value) {
  static_assert(!kIsNull<V>,
                "a comparison with NULL is never true: use IsNull() or IsNotNull(), or "
                "the value of the optional");
  static_assert(kIsNull<V> || kIsComparable<T, V>,
                "the column has another type: compare it with values of the type that "
                "the generated header has");
  constexpr bool kIsInteger = kIsNumber<V> && std::is_integral_v<V>;
  constexpr bool kIsExact = kIsInteger || kIsDecimal<V>;
  if constexpr ((kIsExact && (kIsNumber<T> || kIsDecimal<T>)) || std::same_as<T, float>) {
    return SqlText(value);
  } else {
    return SqlText(static_cast<T>(value));
  }
}

/// What follows a V that a column of T is compared with. A real and a number of another
/// type are compared as doubles; PostgreSQL would round a plain constant.
template <typename T, typename V>
inline constexpr const char* kCastToCompare =
    std::same_as<T, float> && !std::same_as<V, float> ? "::double precision" : "";

}  // namespace internal

/// A column of a generated header, whose values are T: its name as PostgreSQL spells it
/// and its type as people write it. Its functions and the comparisons below make the
/// predicates that the server applies, and mean what they mean in SQL. Values of other
/// types do not compile. Integers may be of any width, beside a Decimal too, and decimals
/// of any digits; a real is compared with a double as a double.
template <typename T, bool kNullable>
struct BasicColumn {
  using Value = T;
  /// What numbers of several types in braces become.
  using Listed = std::conditional_t<std::same_as<T, float>, double, T>;
  static constexpr bool kIsNullable = kNullable;

  std::string_view name;
  std::string_view type;

  Predicate IsNull() const { return Test(" IS NULL)"); }
  Predicate IsNotNull() const { return Test(" IS NOT NULL)"); }

  /// `low <= column AND column <= high`.
  template <typename Low, typename High>
  Predicate Between(const Low& low, const High& high) const {
    return BeginComparison()
        .Text(" BETWEEN ")
        .Value(internal::TextToCompare<T>(low))
        .Text(internal::kCastToCompare<T, Low>)
        .Text(" AND ")
        .Value(internal::TextToCompare<T>(high))
        .Text(internal::kCastToCompare<T, High>)
        .Text(")");
  }

  /// True for the values of a range or list; they are sent as one array. False for all
  /// rows if there is none.
  template <std::ranges::input_range Range>
  Predicate In(const Range& values) const {
    using V = std::ranges::range_value_t<const Range>;
    std::vector<std::string> texts;
    for (const auto& value : values) {
      texts.push_back(internal::TextToCompare<T, V>(value));
    }
    const std::string cast = internal::kCastToCompare<T, V>;
    return BeginComparison()
        .Text(" = ANY (")
        .Values(std::move(texts))
        .Text(cast.empty() ? "))" : cast + "[]))");
  }
  template <typename V>
  Predicate In(std::initializer_list<V> values) const {
    return In(std::span<const V>(values));
  }
  Predicate In(std::initializer_list<Listed> values) const {
    return In(std::span<const Listed>(values));
  }

  /// `%` stands for any text and `_` for any character.
  Predicate Like(std::string_view pattern) const {
    static_assert(std::same_as<T, std::string_view>,
                  "Like is for columns of text, and this column is none");
    return Begin().Text(" LIKE ").Value(std::string(pattern)).Text(")");
  }

  /// The days from `begin` to before `end`, of dates and times.
  template <typename Date>
  Predicate On(const Date& begin, const Date& end) const {
    return Begin()
        .Text(" >= ")
        .Value(internal::SqlText(begin))
        .Text(" AND ")
        .Name(name)
        .Text(" < ")
        .Value(internal::SqlText(end))
        .Text(")");
  }

  /// For the operators below.
  template <typename V>
  Predicate Compare(const char* comparison, const V& value) const {
    return BeginComparison()
        .Text(comparison)
        .Value(internal::TextToCompare<T>(value))
        .Text(internal::kCastToCompare<T, V>)
        .Text(")");
  }

 private:
  Predicate Begin() const { return Predicate().Text("(").Name(name); }
  /// A constant beside money would be rounded, and read as its country writes amounts.
  Predicate BeginComparison() const {
    return internal::kIsDecimal<T> && type == "money" ? Begin().Text("::numeric")
                                                      : Begin();
  }
  Predicate Test(const char* test) const { return Begin().Text(test); }
};

/// A NOT NULL column.
template <typename T>
using Column = BasicColumn<T, false>;

/// A column that may be NULL.
template <typename T>
using NullableColumn = BasicColumn<T, true>;

template <typename T, bool kNullable, typename V>
Predicate operator==(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" = ", value);
}
template <typename T, bool kNullable, typename V>
Predicate operator!=(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" <> ", value);
}
template <typename T, bool kNullable, typename V>
Predicate operator<(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" < ", value);
}
template <typename T, bool kNullable, typename V>
Predicate operator<=(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" <= ", value);
}
template <typename T, bool kNullable, typename V>
Predicate operator>(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" > ", value);
}
template <typename T, bool kNullable, typename V>
Predicate operator>=(const BasicColumn<T, kNullable>& column, const V& value) {
  return column.Compare(" >= ", value);
}

/// What the visitor of a model's columns is handed.
template <typename T>
concept AnyColumn = requires(const T& column) {
  typename T::Value;
  { T::kIsNullable } -> std::convertible_to<bool>;
  { column.name } -> std::convertible_to<std::string_view>;
  { column.type } -> std::convertible_to<std::string_view>;
};

/// Where the rows of a model come from: a relation, or the result of a query.
struct Relation {
  std::string_view schema;
  std::string_view name;
  std::string_view query = {};  ///< Instead of a relation, or "".
  /// Of the columns as they were when the header was written.
  std::string_view fingerprint = {};
};

}  // namespace carmilla
