#pragma once

#include <concepts>
#include <optional>
#include <type_traits>

#include "carmilla/internal/slot.h"

namespace carmilla::internal {

template <typename T>
struct WithoutOptional {
  using Type = T;
};
template <typename T>
struct WithoutOptional<std::optional<T>> {
  using Type = T;
};

/// Whether `Ask`, a lambda that names a column, can be asked of these columns.
template <typename Columns, typename Ask>
constexpr bool HasColumn(const Ask& /*ask*/) {
  return std::is_invocable_v<const Ask&, const Columns&>;
}

template <typename T, typename C>
inline constexpr bool kHasRoomForNull =
    !C::kIsNullable || !std::same_as<T, typename WithoutOptional<T>::Type>;

template <typename T, typename Value>
inline constexpr bool kHoldsDigits = true;
template <int P, int S, int P2, int S2>
inline constexpr bool kHoldsDigits<Decimal<P, S>, Decimal<P2, S2>> =
    S2 <= S && P2 - S2 <= P - S;
template <std::signed_integral T, std::signed_integral Value>
inline constexpr bool kHoldsDigits<T, Value> = sizeof(Value) <= sizeof(T);

template <typename T, typename Value>
inline constexpr bool kIsSameKind = std::same_as<T, Value>;
template <int P, int S, int P2, int S2>
inline constexpr bool kIsSameKind<Decimal<P, S>, Decimal<P2, S2>> = true;
template <std::signed_integral T, std::signed_integral Value>
inline constexpr bool kIsSameKind<T, Value> = true;
/// A record may own the text that it reads.
template <>
inline constexpr bool kIsSameKind<std::string, std::string_view> = true;

/// The member of type T can be read from the column.
template <typename T, typename C>
inline constexpr bool kFitsColumn =
    kIsSameKind<typename WithoutOptional<T>::Type, typename C::Value>;
template <typename T, typename C>
inline constexpr bool kFitsDigits =
    kHoldsDigits<typename WithoutOptional<T>::Type, typename C::Value>;

template <typename T>
inline constexpr bool kIsWritable = Slotted<typename WithoutOptional<T>::Type>;

}  // namespace carmilla::internal
