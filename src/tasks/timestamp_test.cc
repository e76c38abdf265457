#include "carmilla/timestamp.h"

#include <chrono>
#include <limits>
#include <type_traits>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/time_unit.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

Timestamp At(std::string_view text) { return Timestamp::Parse(text).ValueOrDie(); }

TEST(TimestampTest, IsEightBytes) {
  static_assert(sizeof(Timestamp) == 8 && std::is_trivially_copyable_v<Timestamp>);
  static_assert(sizeof(TimestampTz) == 8 && std::is_trivially_copyable_v<TimestampTz>);
}

TEST(TimestampTest, KnowsItsParts) {
  const Timestamp before = At("1969-12-31 23:59:59.999999");
  EXPECT_EQ(before.micros(), -1);
  EXPECT_EQ(before.date().ToString(), "1969-12-31");
  EXPECT_EQ(before.time().hour(), 23);
  EXPECT_EQ(before.time().minute(), 59);
  EXPECT_EQ(before.time().second(), 59);
  EXPECT_EQ(before.year(), 1969);
  EXPECT_EQ(Timestamp::From(before.date(), before.time()), before);
}

TEST(TimestampTest, AddsAsPostgres) {
  EXPECT_EQ(At("2024-01-31 12:00:00") + std::chrono::months(1),
            At("2024-02-29 12:00:00"));
  EXPECT_EQ(At("2024-02-29 12:00:00") - std::chrono::years(1), At("2023-02-28 12:00:00"));
  EXPECT_EQ(At("2024-02-29 12:00:00") + std::chrono::hours(13),
            At("2024-03-01 01:00:00"));
  const Interval interval = {.months = 1, .days = 1, .micros = -1};
  EXPECT_EQ(At("2024-01-31 00:00:00") + interval, At("2024-02-29 23:59:59.999999"));
  EXPECT_EQ(At("2024-03-31 00:00:00") - interval, At("2024-02-28 00:00:00.000001"));
  EXPECT_EQ(At("2024-01-02 00:00:00") - At("2024-01-01 00:00:00"), std::chrono::days(1));
  EXPECT_EQ(At("2024-01-01 00:00:00").date() + Interval{.micros = 1},
            At("2024-01-01 00:00:00.000001"));
}

TEST(TimestampTest, LeavingTheRangeThrows) {
  const auto last = Timestamp::FromMicros(std::numeric_limits<int64_t>::max());
  const auto first = Timestamp::FromMicros(std::numeric_limits<int64_t>::min());
  EXPECT_THROW(last + std::chrono::microseconds(1), ValueError);
  EXPECT_THROW(last + std::chrono::months(1), ValueError);
  EXPECT_THROW(last - first, ValueError);
  EXPECT_THROW(Truncate(first, TimeUnit::kHour), ValueError);
  EXPECT_THROW(Timestamp::From(Date::FromDays(200'000'000)), ValueError);
  EXPECT_THROW(Time::From(std::chrono::hours(25)), ValueError);
}

TEST(TimestampTest, ReadsWhatItWrites) {
  for (const char* text :
       {"2024-02-29 12:00:00", "2024-02-29 12:00:00.5", "1969-12-31 23:59:59.999999",
        "0044-03-15 00:00:00 BC", "294247-01-10 04:00:54.775807"}) {
    EXPECT_EQ(At(text).ToString(), text);
  }
  EXPECT_EQ(At("2024-02-29T24:00:00"), At("2024-03-01 00:00:00"));
  for (const char* text : {"2024-02-29 12:00:00+00", "2024-02-29 12:00", "2024-02-29",
                           "2024-02-29 24:00:01", "2024-02-29 12:60:00", "infinity",
                           "2024-02-29 12:00:00.", "2024-02-29 12:00:00.1234567",
                           "294247-01-10 04:00:54.775808", "2024-02-30 00:00:00"}) {
    EXPECT_THAT(Timestamp::Parse(text), HasKind(ErrorKind::kData)) << text;
  }
}

TEST(TimestampTest, ReadsAnyOffsetAndWritesUtc) {
  struct Case {
    const char* text;
    const char* written;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"2024-02-29 12:00:00.25+05:30", "2024-02-29 06:30:00.25+00"},
           {"2024-02-29T23:30:00-02", "2024-03-01 01:30:00+00"},
           {"2024-02-29T23:30:00Z", "2024-02-29 23:30:00+00"},
           {"1850-01-01 00:00:00+00:53:28", "1849-12-31 23:06:32+00"},
           {"0001-01-01 00:00:00+01 BC", "0002-12-31 23:00:00+00 BC"}}) {
    ASSERT_OK_AND_ASSIGN(const TimestampTz moment, TimestampTz::Parse(one.text));
    EXPECT_EQ(moment.ToString(), one.written);
  }
  EXPECT_THAT(TimestampTz::Parse("2024-02-29 12:00:00"), HasKind(ErrorKind::kData));
  EXPECT_THAT(TimestampTz::Parse("2024-02-29 12:00:00+5"), HasKind(ErrorKind::kData));
}

TEST(TimestampTest, TimesReadWhatTheyWrite) {
  for (const char* text : {"00:00:00", "12:34:56.789", "23:59:59.999999", "24:00:00"}) {
    ASSERT_OK_AND_ASSIGN(const Time time, Time::Parse(text));
    EXPECT_EQ(time.ToString(), text);
  }
  for (const char* text : {"", "24:00:01", "12:00", "12:00:00+01", "1:00:00"}) {
    EXPECT_THAT(Time::Parse(text), HasKind(ErrorKind::kData)) << text;
  }
}

TEST(TimestampTest, NowIsNow) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_LT(now - TimestampTz::Now().ToChrono(), std::chrono::hours(1));
  EXPECT_LT(TimestampTz::Now().ToChrono() - now, std::chrono::hours(1));
}

TEST(TimestampTest, IsHashedByValue) {
  const std::unordered_set<Timestamp> seen = {At("2024-01-01 00:00:00")};
  EXPECT_TRUE(seen.contains(At("2024-01-01 00:00:00")));
  EXPECT_FALSE(seen.contains(At("2024-01-01 00:00:01")));
}

}  // namespace
}  // namespace carmilla
