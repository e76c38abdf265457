#include "carmilla/decimal.h"

#include <array>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <unordered_set>

#include <arrow/util/decimal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using ::testing::Not;

template <typename T, typename Expected>
constexpr bool kIs = std::is_same_v<T, Expected>;

TEST(DecimalTest, TakesTheSmallestStorage) {
  static_assert(sizeof(Decimal<9, 2>) == 4);
  static_assert(sizeof(Decimal<18, 2>) == 8);
  static_assert(sizeof(Decimal<19, 2>) == 16);
  static_assert(std::is_trivially_copyable_v<Decimal<38, 2>>);
}

TEST(DecimalTest, ResultsHaveTheTypesOfSql) {
  using Price = Decimal<15, 2>;
  using Rate = Decimal<5, 4>;
  static_assert(kIs<decltype(Price() + Rate()), Decimal<18, 4>>);
  static_assert(kIs<decltype(Price() - Price()), Decimal<16, 2>>);
  static_assert(kIs<decltype(Price() * Rate()), Decimal<20, 6>>);
  static_assert(kIs<decltype(Price() / Rate()), Decimal<25, 8>>);
  static_assert(kIs<decltype(Price() / Price()), Decimal<33, 18>>);
  // Spark, SQL Server and Hive answer decimal(38,6) and decimal(38,18), too.
  static_assert(kIs<decltype(Decimal<38, 10>() / Decimal<38, 10>()), Decimal<38, 6>>);
  static_assert(kIs<decltype(Decimal<20, 5>() / Decimal<20, 5>()), Decimal<38, 18>>);
  static_assert(kIs<decltype(Decimal<38, 2>() + Decimal<38, 2>()), Decimal<38, 2>>);
  static_assert(kIs<decltype(Price() * int64_t{}), Decimal<34, 2>>);
  static_assert(kIs<decltype(1 - Rate()), Decimal<15, 4>>);
}

TEST(DecimalTest, ComputesExactly) {
  static_assert(0.1_decimal + 0.2_decimal == 0.3_decimal);
  static_assert(19.99_decimal * 3 == 59.97_decimal);
  static_assert(1 - 0.05_decimal == 0.95_decimal);
  static_assert(-(1.5_decimal) - 1.5_decimal == -3);
  static_assert(Abs(-1.5_decimal) == 1.5_decimal);
  EXPECT_EQ((10_decimal / 3).ToString(), "3.33333333333");
  EXPECT_EQ((-2.00_decimal / 3.0_decimal).ToString(), "-0.666667");
}

TEST(DecimalTest, HalvesOfWideQuotientsGoAwayFromZero) {
  // psql: select round(1000000000000000000000000000000001 / 2000000.0000000000, 6),
  //       round(1000000000000000000000000000000001 / -2000001.00000000000000, 6)
  const auto wide = Decimal<38, 0>::FromUnscaled(internal::PowerOfTen(33) + 1);
  const auto divisor = Decimal<38, 0>(2000000);
  static_assert(decltype(wide / divisor)::kScale == 6);
  EXPECT_EQ((wide / divisor).ToString(), "500000000000000000000000000.000001");
  EXPECT_EQ((-wide / divisor).ToString(), "-500000000000000000000000000.000001");
  EXPECT_EQ((wide / -(divisor + 1)).ToString(), "-499999750000124999937500031.249985");
}

TEST(DecimalTest, ComputesMoneyAsItIsMeant) {
  // psql: select round(1234.56 * (1 + 0.19), 2), round(1469.1264 / 1.0842, 2),
  //       (round(1469.1264, 2) * 100)::bigint;  -> 1469.13 | 1355.03 | 146913
  const auto amount = Decimal<15, 2>(1234.56_decimal);
  const auto tax_rate = Decimal<5, 4>(0.19_decimal);
  const auto usd_rate = Decimal<12, 6>(1.0842_decimal);
  const auto amount_with_tax = amount * (1 + tax_rate);
  EXPECT_EQ((Round<18, 2>(amount_with_tax).ToString()), "1469.13");
  EXPECT_EQ((Round<18, 2>(amount_with_tax / usd_rate).ToString()), "1355.03");
  const int64_t cents = Round<18, 2>(amount_with_tax).unscaled();
  EXPECT_EQ(cents, 146913);
}

TEST(DecimalTest, WidensByItselfAndKeepsTheValue) {
  const Decimal<38, 10> wide = Decimal<9, 2>(-1.5_decimal);
  EXPECT_EQ(wide.ToString(), "-1.5000000000");
  const Decimal<20, 2> of_integer = std::numeric_limits<int32_t>::min();
  EXPECT_EQ(of_integer.ToString(), "-2147483648.00");
  const Decimal<19, 0> least = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(least.ToString(), "-9223372036854775808");
  const Decimal<20, 0> most = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(most.ToString(), "18446744073709551615");
}

TEST(DecimalTest, RoundsAsNamed) {
  struct Case {
    Decimal<4, 3> value;
    std::array<const char*, 6> rounded;  // Half up, half even, down, up, floor, ceiling.
  };
  const std::array<Case, 6> cases = {{
      {2.345_decimal, {"2.35", "2.34", "2.34", "2.35", "2.34", "2.35"}},
      {2.355_decimal, {"2.36", "2.36", "2.35", "2.36", "2.35", "2.36"}},
      {-2.345_decimal, {"-2.35", "-2.34", "-2.34", "-2.35", "-2.35", "-2.34"}},
      {2.344_decimal, {"2.34", "2.34", "2.34", "2.35", "2.34", "2.35"}},
      {-2.346_decimal, {"-2.35", "-2.35", "-2.34", "-2.35", "-2.35", "-2.34"}},
      {2.340_decimal, {"2.34", "2.34", "2.34", "2.34", "2.34", "2.34"}},
  }};
  for (const Case& one : cases) {
    for (size_t i = 0; i < one.rounded.size(); ++i) {
      EXPECT_EQ((Round<3, 2>(one.value, static_cast<Rounding>(i)).ToString()),
                one.rounded[i])
          << one.value.ToString() << ", rounding " << i;
    }
  }
}

TEST(DecimalTest, RoundingThatLeavesTheTypeOverflows) {
  EXPECT_EQ((Round<3, 2>(9.995_decimal).problem()), ValueProblem::kOverflow);
  EXPECT_EQ((Round<3, 2>(10_decimal).problem()), ValueProblem::kOverflow);
  EXPECT_EQ((Round<38, 37>(10_decimal).problem()), ValueProblem::kOverflow);
  EXPECT_EQ((Round<3, 2>(0_decimal).problem()), ValueProblem::kNone);
}

TEST(DecimalTest, RoundsFloatingPointNumbersAsPostgres) {
  // psql: select 0.1::float8::numeric(20,18), 1e15::float8::numeric(38,2),
  //       0.1::float4::numeric(20,18), 2.675::float8::numeric(3,2),
  //       1e-300::float8::numeric(3,2)
  EXPECT_EQ((Round<20, 18>(0.1).ToString()), "0.100000000000000000");
  EXPECT_EQ((Round<38, 2>(1e15).ToString()), "1000000000000000.00");
  EXPECT_EQ((Round<20, 18>(0.1F).ToString()), "0.100000000000000000");
  EXPECT_EQ((Round<3, 2>(2.675).ToString()), "2.68");
  EXPECT_EQ((Round<3, 2>(1e-300).ToString()), "0.00");
  EXPECT_EQ((Round<3, 2>(-1e-300, Rounding::kFloor).ToString()), "-0.01");
  EXPECT_FALSE((Round<38, 0>(1e38).is_valid()));
  EXPECT_FALSE((Round<38, 0>(std::numeric_limits<double>::quiet_NaN()).is_valid()));
  EXPECT_FALSE((Round<38, 0>(std::numeric_limits<double>::infinity()).is_valid()));
}

TEST(DecimalTest, BecomesTheNearestFloatingPointNumber) {
  EXPECT_EQ((0.1_decimal).ToDouble(), 0.1);
  EXPECT_EQ((12345678901234567890.123_decimal).ToDouble(), 12345678901234567890.123);
  EXPECT_EQ((-0.00000000000000000000000000000000000123_decimal).ToDouble(), -1.23e-36);
}

TEST(DecimalTest, OverflowMakesAnInvalidDecimal) {
  const auto most = Decimal<38, 0>::FromUnscaled(internal::PowerOfTen(38) - 1);
  EXPECT_TRUE(most.is_valid());
  EXPECT_EQ((most + 1).problem(), ValueProblem::kOverflow);
  EXPECT_EQ((-most - 1).problem(), ValueProblem::kOverflow);
  EXPECT_EQ((most * most).problem(), ValueProblem::kOverflow);
  EXPECT_EQ((most / 0.1_decimal).problem(), ValueProblem::kOverflow);
  EXPECT_EQ((most + 1 - 1).problem(), ValueProblem::kOverflow);
  EXPECT_EQ((Decimal<2, 0>::FromUnscaled(100).problem()), ValueProblem::kOverflow);
  EXPECT_EQ((most - 1 + 1).ToString(), most.ToString());
}

TEST(DecimalTest, AnInvalidDecimalPassesThroughArithmetic) {
  const auto none = 1.5_decimal / 0;
  EXPECT_EQ(none.problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ((none + 1).problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ((1 - none).problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ((-none * 0).problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ((0 / none).problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ(Abs(none).problem(), ValueProblem::kDivisionByZero);
  EXPECT_EQ((Round<3, 2>(none).problem()), ValueProblem::kDivisionByZero);
  const Decimal<38, 20> widened = none;
  EXPECT_EQ(widened.problem(), ValueProblem::kDivisionByZero);
}

TEST(DecimalTest, WhoLooksAtAnInvalidDecimalGetsAnException) {
  const auto none = 1.5_decimal / 0;
  EXPECT_THROW(none.unscaled(), ValueError);
  EXPECT_THROW(none.ToString(), ValueError);
  EXPECT_THROW(none.ToDouble(), ValueError);
  EXPECT_THROW(static_cast<void>(none == 1), ValueError);
  EXPECT_THROW(static_cast<void>(1 < none), ValueError);
  EXPECT_THROW(static_cast<void>(none == 0.5_decimal), ValueError);
  EXPECT_THROW(std::hash<decltype(none + 1)>{}(none + 1), ValueError);
  try {
    static_cast<void>(none.unscaled());
    FAIL() << "no exception";
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "a division by zero");
    EXPECT_EQ(error.problem(), ValueProblem::kDivisionByZero);
  }
}

TEST(DecimalTest, SumsInTheTypeOfTheSum) {
  Decimal<38, 2> sum;
  for (int i = 0; i < 1000; ++i) sum += 0.1_decimal;
  sum -= 1;
  EXPECT_EQ(sum.ToString(), "99.00");
  Decimal<2, 1> narrow = 9.9_decimal;
  narrow += 0.1_decimal;
  EXPECT_EQ(narrow.problem(), ValueProblem::kOverflow);
}

TEST(DecimalTest, ComparesAcrossTypes) {
  static_assert(1.50_decimal == 1.5_decimal);
  static_assert(1.50_decimal < 2);
  static_assert(-1 > -1.001_decimal);
  const auto large = Decimal<38, 0>::FromUnscaled(internal::PowerOfTen(38) - 1);
  const auto small = Decimal<38, 38>::FromUnscaled(internal::PowerOfTen(38) - 1);
  EXPECT_LT(small, large);
  EXPECT_GT(small, -large);
  EXPECT_GT(1, small);
}

TEST(DecimalTest, HashesByValue) {
  std::unordered_set<Decimal<15, 2>> seen = {1.5_decimal, 2};
  EXPECT_TRUE(seen.contains(1.50_decimal));
  EXPECT_FALSE(seen.contains(1.51_decimal));
}

TEST(DecimalTest, ReadsAndPrintsAsPostgres) {
  struct Case {
    const char* text;
    const char* printed;
  };
  for (const Case& one :
       std::initializer_list<Case>{{"0", "0.00"},
                                   {"-0", "0.00"},
                                   {" 1.5 ", "1.50"},
                                   {"+.5", "0.50"},
                                   {"-7.", "-7.00"},
                                   {"1.5e2", "150.00"},
                                   {"150E-2", "1.50"},
                                   {"1.500", "1.50"},
                                   {"-9999999999999.99", "-9999999999999.99"},
                                   {"0e99999999999", "0.00"},
                                   {"0.00000", "0.00"}}) {
    ASSERT_OK_AND_ASSIGN(const auto value, (Decimal<15, 2>::Parse(one.text)));
    EXPECT_EQ(value.ToString(), one.printed) << one.text;
  }
  EXPECT_EQ((Decimal<2, 2>::FromUnscaled(-5).ToString()), "-0.05");
  EXPECT_EQ((Decimal<3, 0>::FromUnscaled(-5).ToString()), "-5");
}

TEST(DecimalTest, RefusesTextThatIsNoDecimalOrLosesDigits) {
  for (const char* text : {"", " ", ".", "-", "1,5", "1.2.3", "NaN", "Infinity", "1e",
                           "1e+", "1 2", "0x10", "--1", "1e5x"}) {
    const auto result = Decimal<15, 2>::Parse(text);
    EXPECT_THAT(result, HasKind(ErrorKind::kData)) << text;
    EXPECT_THAT(result, StatusMessageHas("it is no number")) << text;
  }
  EXPECT_THAT((Decimal<15, 2>::Parse("77.125")),
              StatusMessageHas("reading a Decimal<15, 2>: it has more digits behind"));
  EXPECT_THAT((Decimal<15, 2>::Parse("77.125")), Not(StatusMessageHas("77")));
  EXPECT_THAT((Decimal<15, 2>::Parse("1e13")), StatusMessageHas("before the point"));
  EXPECT_THAT((Decimal<15, 2>::Parse("1e999999999999")), HasKind(ErrorKind::kData));
}

// The plain twin: 256-bit integers of Arrow, which round by the definition.
arrow::Decimal256 DividedByDefinition(Int128 dividend, Int128 divisor,
                                      Rounding rounding) {
  const auto of = [](Int128 value) {
    return arrow::Decimal256(arrow::Decimal128(static_cast<int64_t>(value >> 64),
                                               static_cast<uint64_t>(value)));
  };
  const auto parts = of(dividend).Divide(of(divisor)).ValueOrDie();
  const arrow::Decimal256 doubled = arrow::Decimal256::Abs(parts.second * 2);
  const arrow::Decimal256 whole = arrow::Decimal256::Abs(of(divisor));
  const bool is_negative = (dividend < 0) != (divisor < 0);
  const bool is_odd = (parts.first.low_bits() & 1) != 0;
  const bool is_exact = parts.second == arrow::Decimal256(0);
  const bool moves = !is_exact && (rounding == Rounding::kUp ||
                                   (rounding == Rounding::kFloor && is_negative) ||
                                   (rounding == Rounding::kCeiling && !is_negative) ||
                                   (rounding == Rounding::kHalfUp && doubled >= whole) ||
                                   (rounding == Rounding::kHalfEven &&
                                    (doubled > whole || (doubled == whole && is_odd))));
  return parts.first + arrow::Decimal256(moves ? (is_negative ? -1 : 1) : 0);
}

TEST(DecimalTest, DividesAsTheDefinitionOfEachRounding) {
  std::mt19937_64 random(7);
  const auto number = [&random] {
    const int bits = static_cast<int>(random() % 126);
    const Int128 value = (static_cast<Int128>(random() >> 1) << 63) | (random() >> 1);
    const Int128 cut = value >> (126 - bits);
    return random() % 2 == 0 ? cut : -cut;
  };
  for (int i = 0; i < 20000; ++i) {
    const auto rounding = static_cast<Rounding>(random() % 6);
    Int128 divisor = random() % 3 == 0 ? Int128{2} << (random() % 60) : number();
    Int128 dividend = number();
    if (divisor == 0) divisor = 1;
    // Whole halves, which random numbers do not meet.
    if (random() % 4 == 0) {
      divisor >>= 8;
      if (divisor == 0) divisor = 2;
      dividend = divisor / 2 * static_cast<int>(random() % 99);
    }
    const Int128 quotient = internal::DivideRounded(dividend, divisor, rounding);
    ASSERT_EQ(internal::DecimalText(quotient, 0),
              DividedByDefinition(dividend, divisor, rounding).ToIntegerString())
        << internal::DecimalText(dividend, 0) << " / "
        << internal::DecimalText(divisor, 0) << ", rounding "
        << static_cast<int>(rounding);
  }
}

}  // namespace
}  // namespace carmilla
