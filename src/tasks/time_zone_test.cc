#include "carmilla/time_zone.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/time_unit.h"
#include "core/error.h"
#include "tasks/zone_rules.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using internal::ZoneFuture;
using internal::ZoneRules;

class TimeZoneTest : public ::testing::Test {
 protected:
  const TimeZone berlin_ = TimeZone::Find("Europe/Berlin").ValueOrDie();

  std::string ToBerlin(std::string_view utc) const {
    return InZone(TimestampTz::Parse(utc).ValueOrDie(), berlin_).ToString();
  }
  std::string FromBerlin(std::string_view local) const {
    return FromZone(Timestamp::Parse(local).ValueOrDie(), berlin_).ToString();
  }
};

TEST_F(TimeZoneTest, ShowsTheLocalTime) {
  EXPECT_EQ(ToBerlin("2024-01-01 12:00:00.5+00"), "2024-01-01 13:00:00.5");
  EXPECT_EQ(ToBerlin("2024-07-01 23:00:00+00"), "2024-07-02 01:00:00");
  EXPECT_EQ(ToBerlin("2099-07-01 12:00:00+00"), "2099-07-01 14:00:00");
  EXPECT_EQ(ToBerlin("1850-01-01 00:00:00+00"), "1850-01-01 00:53:28");
}

TEST_F(TimeZoneTest, FindsTheMomentAlsoWhereClocksChange) {
  EXPECT_EQ(FromBerlin("2024-07-01 12:00:00"), "2024-07-01 10:00:00+00");
  EXPECT_EQ(FromBerlin("2024-03-31 02:30:00"), "2024-03-31 01:30:00+00");  // Skipped.
  EXPECT_EQ(FromBerlin("2024-10-27 02:30:00"), "2024-10-27 01:30:00+00");  // Twice.
}

TEST_F(TimeZoneTest, AddsDaysByTheCalendarOfTheZone) {
  const auto moment = TimestampTz::Parse("2024-03-30 12:00:00+00").ValueOrDie();
  EXPECT_EQ(Add(moment, {.days = 1}, berlin_).ToString(), "2024-03-31 11:00:00+00");
  EXPECT_EQ((moment + std::chrono::days(1)).ToString(), "2024-03-31 12:00:00+00");
}

TEST_F(TimeZoneTest, TruncatesByTheClockOfTheZone) {
  const auto moment = TimestampTz::Parse("2024-06-30 22:10:00+00").ValueOrDie();
  EXPECT_EQ(Truncate(moment, TimeUnit::kMonth, berlin_).ToString(),
            "2024-06-30 22:00:00+00");
  const auto first = TimestampTz::Parse("2024-10-27 00:30:00+00").ValueOrDie();
  EXPECT_EQ(Truncate(first, TimeUnit::kHour, berlin_).ToString(),
            "2024-10-27 00:00:00+00");
}

TEST_F(TimeZoneTest, RefusesUnknownZones) {
  for (const char* name : {"Europe/Berln", "", "Europe", "../../../etc/passwd",
                           "/etc/passwd", "tzdata.zi", "Europe/", "zone.tab"}) {
    EXPECT_THAT(TimeZone::Find(name), HasKind(ErrorKind::kNotFound)) << name;
  }
  EXPECT_THAT(InZone(TimestampTz(), "Mars/Olympus"),
              StatusMessageHas("finding a time zone: there is none of the name Mars/"));
}

TEST_F(TimeZoneTest, ReadsTheRulesOfTheFuture) {
  const auto at = [](const char* rules, const char* moment) {
    return ZoneFuture::Parse(rules).ValueOrDie().OffsetAt(
        TimestampTz::Parse(moment).ValueOrDie().micros() / 1'000'000);
  };
  EXPECT_EQ(at("<+0330>-3:30", "2050-01-01 00:00:00+00"), 12600);
  // The south: summer goes over the turn of the year.
  EXPECT_EQ(at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-01-01 00:00:00+00"), 39600);
  EXPECT_EQ(at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-07-01 00:00:00+00"), 36000);
  // Julian days, with and without February 29th.
  EXPECT_EQ(at("AAA1BBB,J60,J300", "2024-02-29 23:00:00+00"), -3600);
  EXPECT_EQ(at("AAA1BBB,J60,J300", "2024-03-01 03:00:00+00"), 0);
  EXPECT_EQ(at("AAA1BBB,59,300", "2024-02-29 03:00:00+00"), 0);
  EXPECT_EQ(at("IST-2IDT,M3.4.4/26,M10.5.0", "2050-03-25 00:00:00+00"), 10800);
  // Summer time all the year.
  EXPECT_EQ(at("XXX3EDT4,0/0,J365/23", "2050-01-01 04:00:00+00"), -14400);
}

TEST_F(TimeZoneTest, RefusesBrokenRules) {
  for (const char* rules : {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0",
                            "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
                            "<CET-1", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J0,J366"}) {
    EXPECT_THAT(ZoneFuture::Parse(rules), HasKind(ErrorKind::kCorruptData)) << rules;
  }
  EXPECT_THAT(ZoneRules::Parse(""), HasKind(ErrorKind::kCorruptData));
  EXPECT_THAT(ZoneRules::Parse(std::string(44, 'x')), HasKind(ErrorKind::kCorruptData));
  std::string huge = "TZif2" + std::string(15, '\0') + std::string(24, '\xff');
  EXPECT_THAT(ZoneRules::Parse(huge), HasKind(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace carmilla
