#pragma once

#include <concepts>
#include <string_view>

namespace carmilla {

/// A NOT NULL column of a generated header, whose values are T: its name as PostgreSQL
/// spells it and its type as people write it. Predicates are made of columns, see
/// predicate.h.
template <typename T>
struct Column {
  using Value = T;
  static constexpr bool kIsNullable = false;

  std::string_view name;
  std::string_view type;
};

/// A column that may be NULL.
template <typename T>
struct NullableColumn {
  using Value = T;
  static constexpr bool kIsNullable = true;

  std::string_view name;
  std::string_view type;
};

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
  std::string_view query;  ///< Instead of a relation, or "".
  /// Of the columns as they were when the header was written.
  std::string_view fingerprint;
};

}  // namespace carmilla
