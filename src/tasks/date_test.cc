#include "carmilla/date.h"

#include <chrono>
#include <limits>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/time_unit.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::weeks;
using std::chrono::years;

constexpr Date On(int year, unsigned month, unsigned day) {
  return Date::From(std::chrono::year(year) / std::chrono::month(month) /
                    std::chrono::day(day));
}

TEST(DateTest, KnowsItsParts) {
  constexpr Date kDate = On(2024, 2, 29);
  static_assert(kDate.days() == 19782);
  static_assert(kDate.year() == 2024 && kDate.month() == 2 && kDate.day() == 29);
  static_assert(kDate.quarter() == 1 && kDate.day_of_year() == 60);
  static_assert(kDate.iso_day_of_week() == 4);
  static_assert(kDate.ToChrono() == std::chrono::sys_days(days(19782)));
  EXPECT_EQ(Date::FromDays(0).ToString(), "1970-01-01");
}

TEST(DateTest, CountsWeeksAsIso8601) {
  // psql: select extract(isoyear from d), extract(week from d) from ...
  EXPECT_EQ(On(2021, 1, 3).iso_year(), 2020);
  EXPECT_EQ(On(2021, 1, 3).iso_week(), 53);
  EXPECT_EQ(On(2024, 12, 30).iso_year(), 2025);
  EXPECT_EQ(On(2024, 12, 30).iso_week(), 1);
}

TEST(DateTest, AddsMonthsAsPostgres) {
  EXPECT_EQ(On(2024, 1, 31) + months(1), On(2024, 2, 29));
  EXPECT_EQ(On(2024, 3, 31) - months(1), On(2024, 2, 29));
  EXPECT_EQ(On(2024, 2, 29) + years(1), On(2025, 2, 28));
  EXPECT_EQ(On(2024, 1, 1) - months(13), On(2022, 12, 1));
  EXPECT_EQ(On(2024, 2, 28) + weeks(1), On(2024, 3, 6));
  EXPECT_EQ(On(2024, 3, 1) - On(2024, 2, 1), days(29));
}

TEST(DateTest, LeavingTheRangeThrows) {
  constexpr Date kLast = Date::FromDays(std::numeric_limits<int32_t>::max());
  EXPECT_THROW(kLast + days(1), ValueError);
  EXPECT_THROW(kLast + months(1), ValueError);
  EXPECT_THROW(Date::FromDays(std::numeric_limits<int32_t>::min()) - days(1), ValueError);
  EXPECT_THROW(kLast - Date::FromDays(-1), ValueError);
  EXPECT_THROW(On(2023, 2, 29), ValueError);
}

TEST(DateTest, ReadsWhatItWrites) {
  for (const char* text : {"2024-02-29", "0001-01-01", "0001-12-31 BC", "4714-11-24 BC",
                           "0005-02-29 BC", "5874897-12-31", "10000-01-01"}) {
    ASSERT_OK_AND_ASSIGN(const Date date, Date::Parse(text));
    EXPECT_EQ(date.ToString(), text);
  }
  EXPECT_EQ(On(0, 2, 29).ToString(), "0001-02-29 BC");
}

TEST(DateTest, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00",
                           "0000-01-01", "24-01-01", "2024-1-1", "2024-01-01 ",
                           "infinity", "9999999-01-01", "0004-02-29 BC", "-2024-01-01"}) {
    EXPECT_THAT(Date::Parse(text), HasKind(ErrorKind::kData)) << text;
  }
}

TEST(DateTest, IsTruncatedToItsUnit) {
  constexpr Date kDate = On(2024, 8, 15);
  static_assert(Truncate(kDate, TimeUnit::kDay) == kDate);
  static_assert(Truncate(kDate, TimeUnit::kWeek) == On(2024, 8, 12));
  static_assert(Truncate(kDate, TimeUnit::kMonth) == On(2024, 8, 1));
  static_assert(Truncate(kDate, TimeUnit::kQuarter) == On(2024, 7, 1));
  static_assert(Truncate(kDate, TimeUnit::kYear) == On(2024, 1, 1));
}

TEST(DateTest, IsOrderedAndHashed) {
  EXPECT_LT(On(2023, 12, 31), On(2024, 1, 1));
  const std::unordered_set<Date> seen = {On(2024, 1, 1)};
  EXPECT_TRUE(seen.contains(On(2024, 1, 1)));
  EXPECT_FALSE(seen.contains(On(2024, 1, 2)));
}

}  // namespace
}  // namespace carmilla
