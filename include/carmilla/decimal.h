#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include <arrow/result.h>

#include "carmilla/rounding.h"
#include "carmilla/value_error.h"
#include "carmilla/wide_integer.h"

namespace carmilla {

template <int P, int S>
class Decimal;

namespace internal {

template <typename T>
inline constexpr bool kIsDecimal = false;
template <int P, int S>
inline constexpr bool kIsDecimal<Decimal<P, S>> = true;

template <typename T>
inline constexpr bool kIsCharacter =
    std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

/// The types that can hold so many digits and two values more.
template <int P>
using DecimalStorage =
    std::conditional_t<(P <= 9), int32_t, std::conditional_t<(P <= 18), int64_t, Int128>>;

std::string DecimalText(Int128 unscaled, int scale);
/// Returns the unscaled value; kData when it is no number or does not fit.
arrow::Result<Int128> ParseDecimal(std::string_view text, int precision, int scale);
double DecimalToDouble(Int128 unscaled, int scale);
/// Takes so many of the number's digits; false when it is not finite or does not fit.
bool DecimalFromDouble(double value, int digits, int scale, Rounding rounding,
                       Int128* unscaled);

template <typename T>
constexpr auto AsDecimal(T value);

}  // namespace internal

template <typename T>
concept AnyDecimal = internal::kIsDecimal<T>;

/// What can stand beside a Decimal: another one or an integer. (Others are let in to be
/// refused with a sentence.)
template <typename A, typename B>
concept DecimalOperands = (AnyDecimal<A> && (AnyDecimal<B> || std::is_arithmetic_v<B>)) ||
                          (std::is_arithmetic_v<A> && AnyDecimal<B>);

/// PostgreSQL's numeric(P, S): P digits, S of them behind the point; exact.
///
/// A result that does not fit its type, or a division by zero, is an *invalid* decimal:
/// it passes through all further arithmetic, and whoever looks at it (unscaled, ToString,
/// comparison, hash) throws ValueError. `is_valid` and `problem` never throw. A task
/// writes an invalid decimal by its policy: the row fails, or the value is NULL and
/// counted.
///
/// Digits are never lost silently: a narrower type is made by Round. Integers mix, as
/// decimals without places; floating point numbers never do.
template <int P, int S>
class Decimal {
  static_assert(P >= 1 && P <= internal::kMostDigits, "a Decimal has 1 to 38 digits");
  static_assert(S >= 0 && S <= P,
                "of a Decimal's digits, none or more stand behind the point, and at most "
                "all of them");

 public:
  using Storage = internal::DecimalStorage<P>;
  static constexpr int kPrecision = P;
  static constexpr int kScale = S;

  constexpr Decimal() = default;

  /// From a decimal whose digits all fit.
  template <int P2, int S2>
  constexpr Decimal(Decimal<P2, S2> other) {  // NOLINT(google-explicit-constructor)
    static_assert(S2 <= S && P2 - S2 <= P - S,
                  "this Decimal would lose digits: use carmilla::Round<P, S>(value) with "
                  "the P and S of the narrower type");
    if constexpr (S2 <= S && P2 - S2 <= P - S) {
      storage_ =
          other.is_valid()
              ? static_cast<Storage>(static_cast<Storage>(other.storage()) *
                                     static_cast<Storage>(internal::PowerOfTen(S - S2)))
              : Invalid(other.problem()).storage();
    }
  }

  /// From an integer whose digits all fit.
  template <typename T>
    requires std::is_arithmetic_v<T>
  constexpr Decimal(T value)  // NOLINT(google-explicit-constructor)
      : Decimal(internal::AsDecimal(value)) {}

  /// The value times 10^S; invalid when it has more than P digits.
  static constexpr Decimal FromUnscaled(Int128 unscaled) {
    constexpr Int128 kLimit = internal::PowerOfTen(P);
    if (unscaled <= -kLimit || unscaled >= kLimit) [[unlikely]] {
      return Invalid(ValueProblem::kOverflow);
    }
    return FromStorage(static_cast<Storage>(unscaled));
  }

  static constexpr Decimal Invalid(ValueProblem problem) {
    return FromStorage(problem == ValueProblem::kOverflow ? kOverflow : kDivisionByZero);
  }

  /// Takes what `storage` gave; nothing is checked.
  static constexpr Decimal FromStorage(Storage storage) {
    Decimal decimal;
    decimal.storage_ = storage;
    return decimal;
  }

  /// Reads what PostgreSQL's numeric reads, except NaN and infinities; kData when digits
  /// would be lost.
  static arrow::Result<Decimal> Parse(std::string_view text) {
    ARROW_ASSIGN_OR_RAISE(const Int128 unscaled, internal::ParseDecimal(text, P, S));
    return FromUnscaled(unscaled);
  }

  constexpr bool is_valid() const { return storage_ > kDivisionByZero; }
  constexpr ValueProblem problem() const {
    if (is_valid()) return ValueProblem::kNone;
    return storage_ == kOverflow ? ValueProblem::kOverflow
                                 : ValueProblem::kDivisionByZero;
  }

  /// The value times 10^S: the cents of a Decimal<P, 2>.
  constexpr Storage unscaled() const {
    Check();
    return storage_;
  }

  /// `unscaled`, or the reserved value of an invalid decimal.
  constexpr Storage storage() const { return storage_; }

  /// As PostgreSQL prints it, always with S digits behind the point.
  std::string ToString() const { return internal::DecimalText(unscaled(), S); }

  /// The nearest floating point number.
  double ToDouble() const { return internal::DecimalToDouble(unscaled(), S); }

  constexpr Decimal operator-() const {
    return is_valid() ? FromStorage(static_cast<Storage>(-storage_)) : *this;
  }

  /// Adds in the type of this decimal; what is added has no more places.
  template <typename T>
    requires DecimalOperands<Decimal, T>
  constexpr Decimal& operator+=(T other);
  template <typename T>
    requires DecimalOperands<Decimal, T>
  constexpr Decimal& operator-=(T other);

 private:
  static constexpr Storage kOverflow =
      static_cast<Storage>(Storage{1} << (sizeof(Storage) * 8 - 2)) * -2;
  static constexpr Storage kDivisionByZero = kOverflow + 1;

  constexpr void Check() const {
    if (!is_valid()) [[unlikely]]
      internal::ThrowValueError(problem());
  }

  Storage storage_ = 0;
};

namespace internal {

/// Integers as the decimals that hold all of their values; decimals as they are.
template <typename T>
constexpr auto AsDecimal(T value) {
  static_assert(!std::is_floating_point_v<T>,
                "a floating point number is not exact: make a decimal of it with "
                "carmilla::Round<P, S>(value)");
  static_assert(!std::same_as<T, bool> && !kIsCharacter<T>,
                "a truth value or a character is no number");
  if constexpr (AnyDecimal<T>) {
    return value;
  } else if constexpr (std::is_floating_point_v<T>) {
    return Decimal<1, 0>();
  } else {
    constexpr int kDigits = std::numeric_limits<T>::digits10 + 1;
    using Result = Decimal<kDigits, 0>;
    return Result::FromStorage(static_cast<typename Result::Storage>(value));
  }
}

}  // namespace internal

/// The value with S digits behind the point and P in all; invalid when it has more before
/// the point than that leaves. Also of integers, and of floating point numbers: of a
/// double the first 15 digits count, of a float the first 6, as in PostgreSQL; NaN and
/// infinities are overflows.
template <int P, int S, typename T>
  requires AnyDecimal<T> || std::is_arithmetic_v<T>
constexpr Decimal<P, S> Round(T value, Rounding rounding = Rounding::kHalfUp) {
  using Result = Decimal<P, S>;
  if constexpr (std::is_floating_point_v<T>) {
    Int128 unscaled = 0;
    constexpr int kDigits = std::numeric_limits<T>::digits10;
    return internal::DecimalFromDouble(value, kDigits, S, rounding, &unscaled)
               ? Result::FromUnscaled(unscaled)
               : Result::Invalid(ValueProblem::kOverflow);
  } else {
    const auto decimal = internal::AsDecimal(value);
    constexpr int kDropped = decltype(decimal)::kScale - S;
    if (!decimal.is_valid()) [[unlikely]]
      return Result::Invalid(decimal.problem());
    if constexpr (kDropped > 0) {
      return Result::FromUnscaled(internal::DivideRounded(
          decimal.storage(), internal::PowerOfTen(kDropped), rounding));
    } else {
      constexpr Int128 kLimit = internal::PowerOfTen(P + kDropped);
      if (decimal.storage() <= -kLimit || decimal.storage() >= kLimit) [[unlikely]] {
        return Result::Invalid(ValueProblem::kOverflow);
      }
      return Result::FromUnscaled(decimal.storage() * internal::PowerOfTen(-kDropped));
    }
  }
}

}  // namespace carmilla

template <int P, int S>
struct std::hash<carmilla::Decimal<P, S>> {
  size_t operator()(carmilla::Decimal<P, S> decimal) const {
    const auto unscaled = static_cast<carmilla::internal::UInt128>(decimal.unscaled());
    const auto high = static_cast<uint64_t>(unscaled >> 64);
    // Multiplied, as the numbers of a column mostly differ in their last digits only.
    return (static_cast<uint64_t>(unscaled) ^ (high * 0x9e3779b97f4a7c15U)) *
           0x9e3779b97f4a7c15U;
  }
};

#include "carmilla/decimal_arithmetic.h"  // IWYU pragma: export
