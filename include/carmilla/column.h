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

#include "carmilla/predicate.h"

namespace carmilla {

namespace internal {

/// A number that is neither a truth value nor a character.
template <typename T>
inline constexpr bool kIsNumber =
    std::is_arithmetic_v<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

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
    kIsNumber<V> && (std::is_floating_point_v<T> || std::is_integral_v<V>);
template <typename V>
inline constexpr bool kIsComparable<bool, V> = std::same_as<V, bool>;

/// The text of a value that a column of T is compared with. Numbers are sent as they are:
/// what the column cannot hold is for the server to refuse.
template <typename T, typename V>
std::string TextToCompare(const V& value) {
  static_assert(!kIsNull<V>,
                "a comparison with NULL is never true: use IsNull() or IsNotNull(), or "
                "the value of the optional");
  static_assert(kIsNull<V> || kIsComparable<T, V>,
                "the column has another type: compare it with values of the type that "
                "the generated header has");
  if constexpr (kIsNumber<T> && std::is_integral_v<V>) {
    return SqlText(value);
  } else {
    return SqlText(static_cast<T>(value));
  }
}

}  // namespace internal

/// A column of a generated header, whose values are T: its name as PostgreSQL spells it
/// and its type as people write it. Its functions and the comparisons below make the
/// predicates that the server applies. Values of other types do not compile; integers may
/// be of any width.
template <typename T, bool kNullable>
struct BasicColumn {
  using Value = T;
  static constexpr bool kIsNullable = kNullable;

  std::string_view name;
  std::string_view type;

  Predicate IsNull() const { return Test(" IS NULL)"); }
  Predicate IsNotNull() const { return Test(" IS NOT NULL)"); }

  /// `low <= column AND column <= high`.
  template <typename Low, typename High>
  Predicate Between(const Low& low, const High& high) const {
    return Begin()
        .Text(" BETWEEN ")
        .Value(internal::TextToCompare<T>(low))
        .Text(" AND ")
        .Value(internal::TextToCompare<T>(high))
        .Text(")");
  }

  /// True for the values of a range or list; they are sent as one array. False for all
  /// rows if there is none.
  template <std::ranges::input_range Range>
  Predicate In(const Range& values) const {
    std::vector<std::string> texts;
    for (const auto& value : values) {
      texts.push_back(internal::TextToCompare<T>(value));
    }
    return Begin().Text(" = ANY (").Values(std::move(texts)).Text("))");
  }
  template <typename V>
  Predicate In(std::initializer_list<V> values) const {
    return In(std::span<const V>(values));
  }
  Predicate In(std::initializer_list<T> values) const {
    return In(std::span<const T>(values));
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
    return Begin().Text(comparison).Value(internal::TextToCompare<T>(value)).Text(")");
  }

 private:
  Predicate Begin() const { return Predicate().Text("(").Name(name); }
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
