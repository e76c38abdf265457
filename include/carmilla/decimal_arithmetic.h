#pragma once

#include <algorithm>
#include <compare>

#include "carmilla/decimal.h"

/// Arithmetic of decimals. The types of results are SQL's, see
/// docs/decisions/0014-exact-decimals.md:
///
///     a + b, a - b   as many places as the one with more, one digit more before the
///     point a * b          P1 + P2 digits, S1 + S2 places a / b          max(6, S1 + P2
///     + 1) places, fewer (but 6) when 38 digits do not do
///
/// A type never has more than 38 digits; where a result could have more, its value is
/// checked. Sums and products are exact; quotients are rounded, halves away from zero.
namespace carmilla {
namespace internal {

template <typename A, typename B>
struct SumRule {
  static constexpr int kScale = std::max(A::kScale, B::kScale);
  static constexpr int kWanted =
      std::max(A::kPrecision - A::kScale, B::kPrecision - B::kScale) + kScale + 1;
  using Result = Decimal<std::min(kWanted, kMostDigits), kScale>;
};

template <typename A, typename B>
struct ProductRule {
  static constexpr int kScale = A::kScale + B::kScale;
  static constexpr int kWanted = A::kPrecision + B::kPrecision;
  static constexpr bool kHasType = kScale <= kMostDigits;
  using Result = Decimal<std::min(kWanted, kMostDigits), std::min(kScale, kMostDigits)>;
};

template <typename A, typename B>
struct QuotientRule {
  static constexpr int kLeading = A::kPrecision - A::kScale + B::kScale;
  static constexpr int kWantedScale = std::max(6, A::kScale + B::kPrecision + 1);
  static constexpr int kWanted = kLeading + kWantedScale;
  static constexpr int kScale =
      kWanted <= kMostDigits ? kWantedScale : std::max(kMostDigits - kLeading, 6);
  using Result = Decimal<std::min(kWanted, kMostDigits), kScale>;
  /// The dividend is multiplied by ten to the power of this; never negative.
  static constexpr int kRaised = kScale - A::kScale + B::kScale;
};

/// The problem of two operands, of which one is invalid.
template <typename Result, typename A, typename B>
constexpr Result Propagate(A a, B b) {
  return Result::Invalid(a.is_valid() ? b.problem() : a.problem());
}

template <typename Result>
constexpr Result Narrow(const Int256& value) {
  constexpr UInt256 kLimit{.low = MagnitudeOf(PowerOfTen(Result::kPrecision))};
  if (!(value.magnitude < kLimit)) return Result::Invalid(ValueProblem::kOverflow);
  const auto unscaled = static_cast<Int128>(value.magnitude.low);
  return Result::FromUnscaled(value.is_negative ? -unscaled : unscaled);
}

/// Adds two values after multiplying each by a power of ten. `kCannotOverflow` tells that
/// the sum fits Result by its type.
template <typename Result, bool kCannotOverflow, int kRaiseA, int kRaiseB>
constexpr Result Add(Int128 a, Int128 b) {
  using Storage = typename Result::Storage;
  constexpr auto kFactorA = static_cast<Storage>(PowerOfTen(kRaiseA));
  constexpr auto kFactorB = static_cast<Storage>(PowerOfTen(kRaiseB));
  if constexpr (kCannotOverflow) {
    return Result::FromStorage(static_cast<Storage>(static_cast<Storage>(a) * kFactorA +
                                                    static_cast<Storage>(b) * kFactorB));
  } else {
    // Half of what 38 digits hold, so that the sum of two never leaves 128 bits.
    constexpr Int128 kHalf = PowerOfTen(kMostDigits) / 2;
    constexpr Int128 kMostA = kHalf / kFactorA;
    constexpr Int128 kMostB = kHalf / kFactorB;
    if (a <= kMostA && a >= -kMostA && b <= kMostB && b >= -kMostB) [[likely]] {
      return Result::FromUnscaled(a * kFactorA + b * kFactorB);
    }
    return Narrow<Result>(Sum(Product(a, kFactorA), Product(b, kFactorB)));
  }
}

template <typename A, typename B>
constexpr auto AddDecimals(A a, B b) {
  using Rule = SumRule<A, B>;
  using Result = typename Rule::Result;
  if (!a.is_valid() || !b.is_valid()) [[unlikely]]
    return Propagate<Result>(a, b);
  return Add<Result, Rule::kWanted <= kMostDigits, Rule::kScale - A::kScale,
             Rule::kScale - B::kScale>(a.storage(), b.storage());
}

template <typename A, typename B>
constexpr auto MultiplyDecimals(A a, B b) {
  using Rule = ProductRule<A, B>;
  static_assert(Rule::kHasType,
                "this product would have more than 38 digits behind the point: round a "
                "factor first, with carmilla::Round<P, S>(factor)");
  using Result = typename Rule::Result;
  using Storage = typename Result::Storage;
  if (!a.is_valid() || !b.is_valid()) [[unlikely]]
    return Propagate<Result>(a, b);
  if constexpr (Rule::kWanted <= kMostDigits) {
    return Result::FromStorage(static_cast<Storage>(static_cast<Storage>(a.storage()) *
                                                    static_cast<Storage>(b.storage())));
  } else {
    const auto low_a = static_cast<int64_t>(a.storage());
    const auto low_b = static_cast<int64_t>(b.storage());
    // Two numbers of 64 bits have a product of 126, which may still be too many digits.
    if (low_a == a.storage() && low_b == b.storage()) [[likely]] {
      return Result::FromUnscaled(static_cast<Int128>(low_a) * low_b);
    }
    return Narrow<Result>(Product(Int128{a.storage()}, Int128{b.storage()}));
  }
}

/// Divides where the raised dividend needs more than 128 bits.
template <typename Result, int kRaised>
constexpr Result DivideWide(Int128 a, Int128 b) {
  UInt256 dividend =
      Product(MagnitudeOf(a), MagnitudeOf(PowerOfTen(std::min(kRaised, kMostDigits))));
  if (!MultiplyBy(dividend,
                  MagnitudeOf(PowerOfTen(std::max(kRaised - kMostDigits, 0))))) {
    return Result::Invalid(ValueProblem::kOverflow);
  }
  const UInt128 divisor = MagnitudeOf(b);
  const Division division = Divide(dividend, divisor);
  Int256 quotient{.is_negative = (a < 0) != (b < 0), .magnitude = division.quotient};
  if (MovesAway<UInt128>(division.quotient.low, division.remainder, divisor,
                         quotient.is_negative, Rounding::kHalfUp)) {
    quotient.magnitude = Sum(quotient.magnitude, UInt256{.low = 1});
  }
  return Narrow<Result>(quotient);
}

template <typename A, typename B>
constexpr auto DivideDecimals(A a, B b) {
  using Rule = QuotientRule<A, B>;
  using Result = typename Rule::Result;
  if (!a.is_valid() || !b.is_valid()) [[unlikely]]
    return Propagate<Result>(a, b);
  if (b.storage() == 0) [[unlikely]]
    return Result::Invalid(ValueProblem::kDivisionByZero);
  constexpr int kRaised = Rule::kRaised;
  constexpr int kRoom = std::max(kMostDigits - kRaised, 0);
  if (A::kPrecision <= kRoom || MagnitudeOf(a.storage()) < MagnitudeOf(PowerOfTen(kRoom)))
      [[likely]] {
    return Result::FromUnscaled(
        DivideRounded(a.storage() * PowerOfTen(std::min(kRaised, kMostDigits)),
                      b.storage(), Rounding::kHalfUp));
  }
  return DivideWide<Result, kRaised>(a.storage(), b.storage());
}

template <typename A, typename B>
constexpr std::strong_ordering CompareDecimals(A a, B b) {
  using Rule = SumRule<A, B>;
  constexpr Int128 kFactorA = PowerOfTen(Rule::kScale - A::kScale);
  constexpr Int128 kFactorB = PowerOfTen(Rule::kScale - B::kScale);
  if constexpr (A::kScale == B::kScale) {
    return a.unscaled() <=> b.unscaled();
  } else if constexpr (Rule::kWanted <= kMostDigits + 1) {
    return a.unscaled() * kFactorA <=> b.unscaled() * kFactorB;
  } else {
    return Compare(Product(Int128{a.unscaled()}, kFactorA),
                   Product(Int128{b.unscaled()}, kFactorB));
  }
}

}  // namespace internal

template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr auto operator+(A a, B b) {
  return internal::AddDecimals(internal::AsDecimal(a), internal::AsDecimal(b));
}

template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr auto operator-(A a, B b) {
  return internal::AddDecimals(internal::AsDecimal(a), -internal::AsDecimal(b));
}

template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr auto operator*(A a, B b) {
  return internal::MultiplyDecimals(internal::AsDecimal(a), internal::AsDecimal(b));
}

template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr auto operator/(A a, B b) {
  return internal::DivideDecimals(internal::AsDecimal(a), internal::AsDecimal(b));
}

/// Decimals of all types are compared by their values: 1.50 is 1.5.
template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr std::strong_ordering operator<=>(A a, B b) {
  return internal::CompareDecimals(internal::AsDecimal(a), internal::AsDecimal(b));
}

template <typename A, typename B>
  requires DecimalOperands<A, B>
constexpr bool operator==(A a, B b) {
  return (a <=> b) == 0;
}

template <int P, int S>
template <typename T>
  requires DecimalOperands<Decimal<P, S>, T>
constexpr Decimal<P, S>& Decimal<P, S>::operator+=(T other) {
  const auto added = internal::AsDecimal(other);
  static_assert(decltype(added)::kScale <= S,
                "this sum would lose digits: use carmilla::Round<P, S>(value) on what is "
                "added");
  return *this = Round<P, S>(*this + added);
}

template <int P, int S>
template <typename T>
  requires DecimalOperands<Decimal<P, S>, T>
constexpr Decimal<P, S>& Decimal<P, S>::operator-=(T other) {
  return *this += -internal::AsDecimal(other);
}

/// The value without its sign.
template <int P, int S>
constexpr Decimal<P, S> Abs(Decimal<P, S> value) {
  return value.is_valid() && value.storage() < 0 ? -value : value;
}

inline namespace literals {

/// Exact constants: `0.19_decimal` is a Decimal<2, 2>, `100_decimal` a Decimal<3, 0>.
template <char... kCharacters>
consteval auto operator""_decimal() {
  constexpr char kText[] = {kCharacters...};
  constexpr auto kCounted = [&] {
    struct Counted {
      Int128 unscaled = 0;
      int digits = 0;
      int places = -1;
      bool is_plain = true;
    } counted;
    for (const char c : kText) {
      if (c == '.') {
        counted.places = 0;
      } else if (c >= '0' && c <= '9') {
        if (counted.digits > 0 || c != '0') ++counted.digits;
        if (counted.places >= 0) ++counted.places;
        if (counted.digits <= internal::kMostDigits) {
          counted.unscaled = counted.unscaled * 10 + (c - '0');
        }
      } else if (c != '\'') {
        counted.is_plain = false;
      }
    }
    counted.places = std::max(counted.places, 0);
    counted.digits = std::max({counted.digits, counted.places, 1});
    return counted;
  }();
  static_assert(kCounted.is_plain,
                "a decimal constant is digits with at most one point, as 19.99_decimal");
  static_assert(kCounted.digits <= internal::kMostDigits, "a Decimal has 1 to 38 digits");
  constexpr int kDigits = std::clamp(kCounted.digits, 1, internal::kMostDigits);
  return Decimal<kDigits, std::min(kCounted.places, kDigits)>::FromUnscaled(
      kCounted.unscaled);
}

}  // namespace literals
}  // namespace carmilla
