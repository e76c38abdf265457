#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carmilla/decimal.h"
#include "testing/test_database.h"

namespace carmilla {
namespace {

/// Any digits of any length, with many of the values that are easily done wrong.
template <typename D>
D RandomDecimal(std::mt19937_64& random) {
  const int digits = static_cast<int>(random() % (D::kPrecision + 1));
  const Int128 limit = internal::PowerOfTen(digits);
  Int128 magnitude = 0;
  switch (random() % 6) {
    case 0:
      magnitude = limit - 1;
      break;
    case 1:
      magnitude = limit / 2;
      break;
    case 2:
      magnitude = limit / 10;
      break;
    default:
      magnitude =
          static_cast<Int128>(random() >> 1) * static_cast<Int128>(random() >> 1) % limit;
  }
  return D::FromUnscaled(random() % 2 == 0 ? magnitude : -magnitude);
}

template <typename D>
std::string Told(D value) {
  if (value.is_valid()) return value.ToString();
  return value.problem() == ValueProblem::kOverflow ? "overflow" : "zero";
}

/// SQL that has PostgreSQL say what `exact` is as a D, by its own conversions only.
template <typename D>
std::string AsTold(const std::string& exact) {
  const std::string scale = std::to_string(D::kScale);
  const std::string digits = std::to_string(D::kPrecision - D::kScale);
  return "CASE WHEN abs(round(" + exact + ", " + scale + ")) >= ('1e" + digits +
         "')::numeric THEN 'overflow' ELSE round(" + exact + ", " + scale + ")::text END";
}

/// The quotient by its definition, in whole numbers: PostgreSQL's own `/` chooses another
/// number of places, after which rounding again would be wrong in rare cases.
template <typename D>
std::string QuotientSql() {
  const std::string power = "('1e" + std::to_string(D::kScale) + "')::numeric";
  return "CASE WHEN b = 0 THEN 'zero' ELSE (SELECT " +
         AsTold<D>("(q * ('1e-" + std::to_string(D::kScale) + "')::numeric)") +
         " FROM (SELECT sign(a) * sign(b) * div(2 * abs(a) * " + power +
         " + abs(b), 2 * abs(b)) AS q) AS quotient) END";
}

/// Compares what both make of random pairs of two types; PostgreSQL is the judge.
template <typename A, typename B>
void CheckPair(const TestDatabase& database, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<std::string>> ours;
  std::string pairs;
  for (int i = 0; i < 300; ++i) {
    const A a = RandomDecimal<A>(random);
    const B b = RandomDecimal<B>(random);
    pairs += (i == 0 ? "(" : ",(") + std::to_string(i) + ",'" + a.ToString() +
             "'::numeric,'" + b.ToString() + "'::numeric)";
    ours.push_back({a.ToString(), b.ToString(), Told(a + b), Told(a - b), Told(a * b),
                    Told(a / b), a < b ? "t" : "f", a == b ? "t" : "f"});
  }
  const auto theirs = database.QueryRows(
      "SELECT a, b, " + AsTold<decltype(A() + B())>("(a + b)") + ", " +
      AsTold<decltype(A() - B())>("(a - b)") + ", " +
      AsTold<decltype(A() * B())>("(a * b)") + ", " + QuotientSql<decltype(A() / B())>() +
      ", a < b, a = b FROM (VALUES " + pairs + ") AS pairs(n, a, b) ORDER BY n");
  EXPECT_EQ(ours, theirs) << A::kPrecision << "," << A::kScale << " with "
                          << B::kPrecision << "," << B::kScale;
}

TEST(DecimalPgTest, ComputesAsPostgresDoes) {
  const TestDatabase database;
  CheckPair<Decimal<15, 2>, Decimal<15, 2>>(database, 1);
  CheckPair<Decimal<9, 2>, Decimal<5, 4>>(database, 2);
  CheckPair<Decimal<4, 0>, Decimal<4, 4>>(database, 3);
  CheckPair<Decimal<18, 6>, Decimal<10, 0>>(database, 4);
  CheckPair<Decimal<19, 0>, Decimal<19, 0>>(database, 5);
  CheckPair<Decimal<16, 2>, Decimal<38, 10>>(database, 6);
  CheckPair<Decimal<38, 2>, Decimal<15, 2>>(database, 7);
  CheckPair<Decimal<38, 0>, Decimal<38, 0>>(database, 8);
  CheckPair<Decimal<38, 38>, Decimal<38, 0>>(database, 9);
  CheckPair<Decimal<38, 0>, Decimal<38, 38>>(database, 10);
  CheckPair<Decimal<38, 19>, Decimal<38, 19>>(database, 11);
  CheckPair<Decimal<31, 4>, Decimal<16, 2>>(database, 12);
}

TEST(DecimalPgTest, RoundsAsPostgresDoes) {
  const TestDatabase database;
  std::mt19937_64 random(1);
  std::vector<std::vector<std::string>> ours;
  std::string values;
  using Value = Decimal<38, 12>;
  using Cents = Decimal<20, 2>;
  for (int i = 0; i < 1000; ++i) {
    const Value value = RandomDecimal<Value>(random);
    values += (i == 0 ? "(" : ",(") + std::to_string(i) + ",'" + value.ToString() +
              "'::numeric)";
    ours.push_back({value.ToString(), Told(Round<20, 2>(value)),
                    Told(Round<20, 2>(value, Rounding::kDown)),
                    Told(Round<20, 2>(value, Rounding::kFloor)),
                    Told(Round<20, 2>(value, Rounding::kCeiling))});
  }
  EXPECT_EQ(ours,
            database.QueryRows("SELECT v, " + AsTold<Cents>("v") + ", " +
                               AsTold<Cents>("trunc(v, 2)") + ", " +
                               AsTold<Cents>("(floor(v * 100) * 0.01)") + ", " +
                               AsTold<Cents>("(ceil(v * 100) * 0.01)") +
                               " FROM (VALUES " + values + ") AS made(n, v) ORDER BY n"));
}

TEST(DecimalPgTest, MakesOfFloatingPointNumbersWhatPostgresMakes) {
  const TestDatabase database;
  std::mt19937_64 random(5);
  for (int i = 0; i < 200; ++i) {
    const double value =
        std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 120) - 110);
    std::array<char, 64> text;
    *std::to_chars(text.data(), text.data() + text.size(), value).ptr = '\0';
    const std::string literal = "'" + std::string(text.data()) + "'::";
    EXPECT_EQ((Round<38, 10>(value).ToString()),
              database.Query("SELECT " + literal + "float8::numeric(38,10)"));
    EXPECT_EQ((Round<38, 10>(static_cast<float>(value)).ToString()),
              database.Query("SELECT " + literal + "float4::numeric(38,10)"));
    EXPECT_EQ((Round<38, 10>(value).ToDouble()),
              std::stod(database.Query("SELECT " + literal +
                                       "float8::numeric(38,10)::float8")));
  }
}

}  // namespace
}  // namespace carmilla
