#pragma once

#include <concepts>
#include <initializer_list>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "carmilla/predicate.h"

namespace carmilla {

/// A column of a generated header, whose values are T: its name as PostgreSQL spells it
/// and its type as people write it. Its functions and the comparisons below make the
/// predicates that the server applies.
template <typename T, bool kNullable>
struct BasicColumn {
  using Value = T;
  static constexpr bool kIsNullable = kNullable;

  std::string_view name;
  std::string_view type;

  Predicate IsNull() const { return Test(" IS NULL)"); }
  Predicate IsNotNull() const { return Test(" IS NOT NULL)"); }

  /// `low <= column AND column <= high`.
  Predicate Between(const T& low, const T& high) const {
    return Begin()
        .Text(" BETWEEN ")
        .Value(internal::SqlText(low))
        .Text(" AND ")
        .Value(internal::SqlText(high))
        .Text(")");
  }

  /// True for the values of a range or list; they are sent as one array. False for all
  /// rows if there is none.
  template <std::ranges::input_range Range>
    requires std::convertible_to<std::ranges::range_value_t<Range>, T>
  Predicate In(const Range& values) const {
    std::vector<std::string> texts;
    for (const auto& value : values) {
      texts.push_back(internal::SqlText(static_cast<T>(value)));
    }
    return Begin().Text(" = ANY (").Values(std::move(texts)).Text("))");
  }
  Predicate In(std::initializer_list<T> values) const {
    return In(std::vector<T>(values));
  }

  /// `%` stands for any text and `_` for any character.
  Predicate Like(std::string_view pattern) const
    requires std::same_as<T, std::string_view>
  {
    return Compare(" LIKE ", pattern);
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
  Predicate Compare(const char* comparison, const T& value) const {
    return Begin().Text(comparison).Value(internal::SqlText(value)).Text(")");
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

template <typename T, bool kNullable>
Predicate operator==(const BasicColumn<T, kNullable>& column,
                     const std::type_identity_t<T>& value) {
  return column.Compare(" = ", value);
}
template <typename T, bool kNullable>
Predicate operator!=(const BasicColumn<T, kNullable>& column,
                     const std::type_identity_t<T>& value) {
  return column.Compare(" <> ", value);
}
template <typename T, bool kNullable>
Predicate operator<(const BasicColumn<T, kNullable>& column,
                    const std::type_identity_t<T>& value) {
  return column.Compare(" < ", value);
}
template <typename T, bool kNullable>
Predicate operator<=(const BasicColumn<T, kNullable>& column,
                     const std::type_identity_t<T>& value) {
  return column.Compare(" <= ", value);
}
template <typename T, bool kNullable>
Predicate operator>(const BasicColumn<T, kNullable>& column,
                    const std::type_identity_t<T>& value) {
  return column.Compare(" > ", value);
}
template <typename T, bool kNullable>
Predicate operator>=(const BasicColumn<T, kNullable>& column,
                     const std::type_identity_t<T>& value) {
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
