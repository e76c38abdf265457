#include "postgres/temporal_text.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

namespace carmilla {
namespace {

constexpr int64_t kHour = 3'600'000'000;
constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kSecond = 1'000'000;

std::string Time(int64_t micros) {
  std::array<char, kTimeTextBytes> text;
  return {text.data(), static_cast<size_t>(WriteTime(micros, text.data()))};
}

std::string Interval(const IntervalParts& parts) {
  std::array<char, kIntervalTextBytes> text;
  return {text.data(), static_cast<size_t>(WriteInterval(parts, text.data()))};
}

TEST(TemporalTextTest, WritesTimesWithoutTrailingZeros) {
  EXPECT_EQ(Time(0), "00:00:00");
  EXPECT_EQ(Time(12 * kHour + kSecond / 2), "12:00:00.5");
  EXPECT_EQ(Time(1), "00:00:00.000001");
  EXPECT_EQ(Time(24 * kHour - 1), "23:59:59.999999");
  EXPECT_EQ(Time(24 * kHour), "24:00:00");
}

// Expected texts: psql -c "set intervalstyle = iso_8601" -c "select interval '...'",
// PostgreSQL 15.
TEST(TemporalTextTest, WritesIntervalsLikeTheServer) {
  using Micros = std::numeric_limits<int64_t>;
  using Days = std::numeric_limits<int32_t>;
  EXPECT_EQ(Interval({}), "PT0S");
  EXPECT_EQ(Interval({.months = 14}), "P1Y2M");
  EXPECT_EQ(Interval({.months = -14}), "P-1Y-2M");
  EXPECT_EQ(Interval({.micros = -4 * kHour, .days = 3, .months = -2}), "P-2M3DT-4H");
  EXPECT_EQ(Interval({.micros = kMinute}), "PT1M");
  EXPECT_EQ(Interval({.micros = -kSecond / 2}), "PT-0.5S");
  EXPECT_EQ(Interval({.micros = -kHour - 6 * kSecond - 70'000}), "PT-1H-6.07S");
  EXPECT_EQ(
      Interval({.micros = Micros::min(), .days = Days::min(), .months = Days::min()}),
      "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S");
  EXPECT_EQ(
      Interval({.micros = Micros::max(), .days = Days::max(), .months = Days::max()}),
      "P178956970Y7M2147483647DT2562047788H54.775807S");
}

}  // namespace
}  // namespace carmilla
