#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace carmilla {

/// 38 decimal digits and a sign.
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using)

namespace internal {

__extension__ typedef unsigned __int128 UInt128;  // NOLINT(modernize-use-using)

/// The most digits that a Decimal can have.
inline constexpr int kMostDigits = 38;

constexpr std::array<Int128, kMostDigits + 1> MakePowersOfTen() {
  std::array<Int128, kMostDigits + 1> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

inline constexpr std::array<Int128, kMostDigits + 1> kPowersOfTen = MakePowersOfTen();

constexpr Int128 PowerOfTen(int exponent) {
  return kPowersOfTen[static_cast<size_t>(exponent)];
}

constexpr UInt128 MagnitudeOf(Int128 value) {
  const auto bits = static_cast<UInt128>(value);
  return value < 0 ? UInt128{0} - bits : bits;
}

/// What the slow ways need: exact where 128 bits do not suffice.
struct UInt256 {
  UInt128 high = 0;
  UInt128 low = 0;

  constexpr bool operator==(const UInt256&) const = default;
  constexpr bool operator<(const UInt256& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
};

constexpr UInt256 Product(UInt128 a, UInt128 b) {
  constexpr UInt128 kLowHalf = ~uint64_t{0};
  const UInt128 low = (a & kLowHalf) * (b & kLowHalf);
  const UInt128 left = (a >> 64) * (b & kLowHalf);
  const UInt128 right = (a & kLowHalf) * (b >> 64);
  const UInt128 middle = (low >> 64) + (left & kLowHalf) + (right & kLowHalf);
  return {.high = (a >> 64) * (b >> 64) + (left >> 64) + (right >> 64) + (middle >> 64),
          .low = (middle << 64) | (low & kLowHalf)};
}

/// Never leaves 256 bits: both are below 2^255.
constexpr UInt256 Sum(const UInt256& a, const UInt256& b) {
  const UInt128 low = a.low + b.low;
  return {.high = a.high + b.high + (low < a.low ? 1 : 0), .low = low};
}

/// Of the greater and the smaller one.
constexpr UInt256 Difference(const UInt256& a, const UInt256& b) {
  return {.high = a.high - b.high - (a.low < b.low ? 1 : 0), .low = a.low - b.low};
}

/// Multiplies in place; false: the product leaves 256 bits.
constexpr bool MultiplyBy(UInt256& value, UInt128 factor) {
  const UInt256 high = Product(value.high, factor);
  const UInt256 low = Product(value.low, factor);
  value = {.high = high.low + low.high, .low = low.low};
  return high.high == 0 && value.high >= low.high;
}

struct Division {
  UInt256 quotient;
  UInt128 remainder = 0;
};

/// Bit by bit: for what hardly ever happens. The divisor is below 2^127.
constexpr Division Divide(const UInt256& dividend, UInt128 divisor) {
  Division division;
  for (int i = 255; i >= 0; --i) {
    const UInt128 word = i >= 128 ? dividend.high : dividend.low;
    division.remainder = (division.remainder << 1) | ((word >> (i & 127)) & 1);
    if (division.remainder < divisor) continue;
    division.remainder -= divisor;
    (i >= 128 ? division.quotient.high : division.quotient.low) |= UInt128{1}
                                                                   << (i & 127);
  }
  return division;
}

/// A sign beside 256 bits; zero may have either sign.
struct Int256 {
  bool is_negative = false;
  UInt256 magnitude;
};

constexpr Int256 Product(Int128 a, Int128 b) {
  return {.is_negative = (a < 0) != (b < 0),
          .magnitude = Product(MagnitudeOf(a), MagnitudeOf(b))};
}

constexpr Int256 Sum(const Int256& a, const Int256& b) {
  if (a.is_negative == b.is_negative) {
    return {a.is_negative, Sum(a.magnitude, b.magnitude)};
  }
  if (a.magnitude < b.magnitude) {
    return {b.is_negative, Difference(b.magnitude, a.magnitude)};
  }
  return {a.is_negative, Difference(a.magnitude, b.magnitude)};
}

constexpr std::strong_ordering Compare(const Int256& a, const Int256& b) {
  const Int256 difference = Sum(a, {!b.is_negative, b.magnitude});
  if (difference.magnitude == UInt256{}) return std::strong_ordering::equal;
  return difference.is_negative ? std::strong_ordering::less
                                : std::strong_ordering::greater;
}

}  // namespace internal
}  // namespace carmilla
