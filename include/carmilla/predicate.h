#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "carmilla/enum_labels.h"
#include "carmilla/internal/sql_part.h"

namespace carmilla {

/// A condition on the rows of a table that the server applies: made of the columns of a
/// generated header and of values, combined with &&, || and !.
///
///     const auto& columns = models::orders::columns;
///     const Predicate recent =
///         columns.created_at >= since && !columns.email.Like("%@example.com");
///
/// Values are always sent quoted, never as SQL. As in SQL, a comparison with NULL is not
/// true. A value, freely copied.
class Predicate {
 public:
  /// True for every row.
  Predicate() = default;

  bool is_always() const { return parts_.empty(); }
  const std::vector<internal::SqlPart>& parts() const { return parts_; }

  friend Predicate operator&&(const Predicate& a, const Predicate& b) {
    if (a.is_always()) return b;
    if (b.is_always()) return a;
    return Combine(a, " AND ", b);
  }
  friend Predicate operator||(const Predicate& a, const Predicate& b) {
    if (a.is_always()) return a;
    if (b.is_always()) return b;
    return Combine(a, " OR ", b);
  }
  friend Predicate operator!(const Predicate& a) {
    return Predicate().Text("(NOT ").Append(a.is_always() ? True() : a).Text(")");
  }

  // For the columns' own functions.
  Predicate& Text(std::string text) {
    parts_.push_back({.kind = internal::SqlPart::Kind::kText, .text = std::move(text)});
    return *this;
  }
  Predicate& Name(std::string_view name) {
    parts_.push_back({.kind = internal::SqlPart::Kind::kName, .text = std::string(name)});
    return *this;
  }
  Predicate& Value(std::string value) {
    parts_.push_back({.kind = internal::SqlPart::Kind::kValue, .text = std::move(value)});
    return *this;
  }
  Predicate& Values(std::vector<std::string> values) {
    parts_.push_back(
        {.kind = internal::SqlPart::Kind::kValues, .values = std::move(values)});
    return *this;
  }

 private:
  static Predicate True() { return Predicate().Text("true"); }
  Predicate& Append(const Predicate& other) {
    parts_.insert(parts_.end(), other.parts_.begin(), other.parts_.end());
    return *this;
  }
  static Predicate Combine(const Predicate& a, const char* word, const Predicate& b) {
    return Predicate().Text("(").Append(a).Text(word).Append(b).Text(")");
  }

  std::vector<internal::SqlPart> parts_;
};

namespace internal {

/// A value as PostgreSQL reads it.
inline std::string SqlText(std::string_view value) { return std::string(value); }
/// No conversion leads here: a pointer to a text would rather be a bool than a view.
template <std::same_as<bool> T>
std::string SqlText(T value) {
  return value ? "true" : "false";
}
template <typename T>
  requires(std::is_arithmetic_v<T> && !std::same_as<T, bool>)
std::string SqlText(T value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}
template <LabelledEnum E>
std::string SqlText(E value) {
  return std::string(LabelOf(value));
}
template <typename T>
  requires requires(const T& value) { value.ToString(); }
std::string SqlText(const T& value) {
  return value.ToString();
}

}  // namespace internal
}  // namespace carmilla
