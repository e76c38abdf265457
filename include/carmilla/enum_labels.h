#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

#include <arrow/result.h>

namespace carmilla {

/// The labels of an enum of PostgreSQL, which generated headers specialise for the enum
/// class they make of it:
///
///     template <>
///     struct carmilla::EnumLabels<models::mood> {
///       static constexpr std::array<std::string_view, 2> kLabels{"sad", "happy"};
///     };
///
/// The enumerators are 0, 1... in the order of the labels, which is PostgreSQL's order.
template <typename E>
struct EnumLabels;

/// An enum of a generated header.
template <typename E>
concept LabelledEnum = std::is_enum_v<E> && requires { EnumLabels<E>::kLabels.size(); };

namespace internal {

[[noreturn]] void ThrowNoSuchLabel();
/// kData; says how many labels there are, not what the text was.
arrow::Status NoSuchLabel(size_t num_labels);

}  // namespace internal

/// The label as PostgreSQL spells it; throws ValueError for a number without a label.
template <LabelledEnum E>
constexpr std::string_view LabelOf(E value) {
  const auto index = static_cast<size_t>(value);
  if (index >= EnumLabels<E>::kLabels.size()) internal::ThrowNoSuchLabel();
  return EnumLabels<E>::kLabels[index];
}

/// Nothing when no label is spelled like this.
template <LabelledEnum E>
constexpr std::optional<E> FindLabel(std::string_view text) {
  for (size_t i = 0; i < EnumLabels<E>::kLabels.size(); ++i) {
    if (EnumLabels<E>::kLabels[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// kData when no label is spelled like this.
template <LabelledEnum E>
arrow::Result<E> ParseLabel(std::string_view text) {
  const std::optional<E> found = FindLabel<E>(text);
  if (!found.has_value()) return internal::NoSuchLabel(EnumLabels<E>::kLabels.size());
  return *found;
}

}  // namespace carmilla
