#include "carmilla/interval.h"

#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

TEST(IntervalTest, ReadsWhatItWrites) {
  for (const char* text :
       {"PT0S", "P1Y2M3DT4H5M6.789S", "P-1Y-2M3DT-4H-5M-6S", "P1M", "PT-0.5S",
        "PT0.000001S", "P-178956970Y-8M-2147483648D", "PT-2562047788H-54.775808S"}) {
    ASSERT_OK_AND_ASSIGN(const Interval interval, Interval::Parse(text));
    EXPECT_EQ(interval.ToString(), text);
  }
  ASSERT_OK_AND_ASSIGN(const Interval weeks, Interval::Parse("P2W1D"));
  EXPECT_EQ(weeks.days, 15);
}

TEST(IntervalTest, RefusesWhatIsNoInterval) {
  for (const char* text :
       {"", "P", "PT", "P1", "1Y", "P1YT", "P1.5D", "P1D1Y", "P1Y1Y", "PT1.5H", "P1S",
        "PT1Y", "PT.5S", "P1Y ", "P200000000Y", "P1DT", "infinity", "PT9999999999999H"}) {
    EXPECT_THAT(Interval::Parse(text), HasKind(ErrorKind::kData)) << text;
  }
}

TEST(IntervalTest, ComputesPartByPart) {
  const Interval interval = {.months = 1, .days = -2, .micros = 3};
  const Interval sum = interval * 3 + interval - Interval{.months = 1};
  EXPECT_EQ(sum.months, 3);
  EXPECT_EQ(sum.days, -8);
  EXPECT_EQ(sum.micros, 12);
  EXPECT_THROW(Interval{.months = kMost} + Interval{.months = 1}, ValueError);
  EXPECT_THROW(Interval{.days = kMost} * 2, ValueError);
  EXPECT_THROW(-Interval{.micros = std::numeric_limits<int64_t>::min()}, ValueError);
}

TEST(IntervalTest, ComparesAsPostgres) {
  EXPECT_EQ((Interval{.months = 1}), (Interval{.days = 30}));
  EXPECT_LT((Interval{.days = 1}), (Interval{.micros = 86'400'000'001}));
  EXPECT_GT((Interval{.months = kMost}), (Interval{.days = kMost}));
  const std::hash<Interval> hash;
  EXPECT_EQ(hash(Interval{.months = 1}), hash(Interval{.days = 30}));
}

}  // namespace
}  // namespace carmilla
