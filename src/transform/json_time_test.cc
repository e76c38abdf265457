#include "transform/json_time.h"

#include <gtest/gtest.h>

#include <string>

namespace carmilla {
namespace {

constexpr DeclaredType kWallClock{.kind = DeclaredKind::kTimestamp};
constexpr DeclaredType kMoment{.kind = DeclaredKind::kTimestamp, .is_utc = true};
constexpr DeclaredType kMillis{.kind = DeclaredKind::kTimestamp,
                               .unit = DeclaredUnit::kMilliseconds,
                               .is_utc = true};

struct Case {
  std::string text;
  DeclaredType type;
  TimeFit fit;
  int64_t since = 0;
};

TEST(JsonTimeTest, ReadsIsoTimestamps) {
  const Case cases[] = {
      {"1970-01-01T00:00:00Z", kMoment, TimeFit::kExact, 0},
      {"2024-05-01T12:00:00.5Z", kMoment, TimeFit::kExact, 1714564800500000},
      {"2024-05-01 12:00:00.123456+02", kMoment, TimeFit::kExact, 1714557600123456},
      {"2024-05-01T12:00-0330", kMoment, TimeFit::kExact, 1714577400000000},
      {"2024-05-01T12:00:00+05:45", kMoment, TimeFit::kExact, 1714544100000000},
      {"2024-05-01T12:00:00.123000000Z", kMillis, TimeFit::kExact, 1714564800123},
      {"2024-05-01T24:00:00", kWallClock, TimeFit::kExact, 1714608000000000},
      {"0001-01-01T00:00:00", kWallClock, TimeFit::kExact, -62135596800000000},
      {"9999-12-31T23:59:59.999999", kWallClock, TimeFit::kExact, 253402300799999999},
      {"1969-12-31T23:59:59.999999", kWallClock, TimeFit::kExact, -1},
      {"2024-05-01T12:00:00", kMoment, TimeFit::kNoZone},
      {"2024-05-01T12:00:00Z", kWallClock, TimeFit::kHasZone},
      {"2024-05-01T12:00:00.1234567Z", kMoment, TimeFit::kTooFine},
      {"2024-05-01T12:00:00.1234Z", kMillis, TimeFit::kTooFine},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.text);
    int64_t since = 0;
    EXPECT_EQ(ParseIsoTimestamp(one.text, one.type, &since), one.fit);
    if (one.fit == TimeFit::kExact) {
      EXPECT_EQ(since, one.since);
    }
  }
}

TEST(JsonTimeTest, RefusesWhatIsNoTimestamp) {
  for (const char* text : {"",
                           "2024-05-01",
                           "2024-05-01T",
                           "2024-05-01T12",
                           "2024-13-01T00:00:00",
                           "2023-02-29T00:00:00",
                           "0000-01-01T00:00:00",
                           "2024-05-01T25:00:00",
                           "2024-05-01T24:00:01",
                           "2024-05-01T24:00:00.5",
                           "2024-05-01T12:60:00",
                           "2024-05-01T12:00:60",
                           "2024-05-01T12:00:00.",
                           "2024-05-01t12:00:00",
                           "2024-05-01T12:00:00 ",
                           "02024-05-01T12:00:00",
                           "2024-5-1T12:00:00",
                           "2024-05-01T12:00:00+1",
                           "2024-05-01T12:00:00+01:3",
                           "2024-05-01T12:00:00ZZ",
                           "2024-05-01T12:00:00+99:00",
                           "now",
                           "infinity"}) {
    int64_t since = 0;
    EXPECT_EQ(ParseIsoTimestamp(text, kWallClock, &since), TimeFit::kNoTime) << text;
  }
}

TEST(JsonTimeTest, AZeroByteMendsNothing) {
  using namespace std::string_view_literals;
  int32_t days = 0;
  EXPECT_EQ(ParseIsoDate("0000-01-01\0"sv, &days), TimeFit::kNoTime);
  EXPECT_EQ(ParseIsoDate("2023-02-29\0"sv, &days), TimeFit::kNoTime);
  int64_t since = 0;
  EXPECT_EQ(ParseIsoTimestamp("2024-05-01T24:30\0"sv, kWallClock, &since),
            TimeFit::kNoTime);
}

TEST(JsonTimeTest, ReadsDates) {
  int32_t days = 0;
  EXPECT_EQ(ParseIsoDate("1970-01-02", &days), TimeFit::kExact);
  EXPECT_EQ(days, 1);
  EXPECT_EQ(ParseIsoDate("2024-02-29", &days), TimeFit::kExact);
  EXPECT_EQ(days, 19782);
  for (const char* text : {"2024-02-30", "2024-02-29T00:00:00", "20240229", "", "x"}) {
    EXPECT_EQ(ParseIsoDate(text, &days), TimeFit::kNoTime) << text;
  }
}

TEST(JsonTimeTest, ReadsEpochs) {
  using enum TimestampForm;
  int64_t since = 0;
  EXPECT_EQ(ParseEpoch("1700000000123", kEpochMillis, kMoment, &since), TimeFit::kExact);
  EXPECT_EQ(since, 1700000000123000);
  EXPECT_EQ(ParseEpoch("1700000000.000001", kEpochSeconds, kMoment, &since),
            TimeFit::kExact);
  EXPECT_EQ(since, 1700000000000001);
  EXPECT_EQ(ParseEpoch("-1.7e9", kEpochSeconds, kMillis, &since), TimeFit::kExact);
  EXPECT_EQ(since, -1700000000000);
  EXPECT_EQ(ParseEpoch("0.0001", kEpochMillis, kMoment, &since), TimeFit::kTooFine);
  EXPECT_EQ(ParseEpoch("0.5", kEpochMillis, kMillis, &since), TimeFit::kTooFine);
  EXPECT_EQ(ParseEpoch("9223372036854776", kEpochMillis, kMoment, &since),
            TimeFit::kTooLarge);
  EXPECT_EQ(ParseEpoch("9223372036854775", kEpochMillis, kMoment, &since),
            TimeFit::kExact);
  EXPECT_EQ(ParseEpoch("1e30", kEpochMillis, kMoment, &since), TimeFit::kTooLarge);
}

TEST(JsonTimeTest, ReadsDatesOfDotnet) {
  int64_t since = 0;
  EXPECT_EQ(ParseDotnet("/Date(1700000000000+0100)/", kMoment, &since), TimeFit::kExact);
  EXPECT_EQ(since, 1700000000000000);
  EXPECT_EQ(ParseDotnet("/Date(-1)/", kMillis, &since), TimeFit::kExact);
  EXPECT_EQ(since, -1);
  EXPECT_EQ(ParseDotnet("/Date(9223372036854775807)/", kMoment, &since),
            TimeFit::kTooLarge);
  for (const char* text : {"/Date()/", "/Date(-)/", "/Date(1.5)/", "/Date(1+01)/",
                           "/Date(1 )/", "Date(1)", "/Date(1)", "1", ""}) {
    EXPECT_EQ(ParseDotnet(text, kMoment, &since), TimeFit::kNoTime) << text;
  }
}

}  // namespace
}  // namespace carmilla
