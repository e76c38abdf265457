#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "carmilla/date.h"
#include "carmilla/interval.h"
#include "carmilla/time_unit.h"
#include "carmilla/time_zone.h"
#include "carmilla/timestamp.h"
#include "testing/test_database.h"

// PostgreSQL is the judge of dates, times and time zones, on random values.
namespace carmilla {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr int kRows = 500;
constexpr int64_t kSecondsOf400Years = 146097LL * 86400;

/// Any moment from 1770 to 2570, often within hours of the full hours at which clocks
/// change.
int64_t RandomMicros(std::mt19937_64& random) {
  int64_t seconds =
      static_cast<int64_t>(random() % (2 * kSecondsOf400Years)) - kSecondsOf400Years / 2;
  if (random() % 2 == 0) {
    // The last Sundays of March and October, at night, in a year from 1980 to 2099.
    const auto year = std::chrono::year(static_cast<int>(1980 + random() % 120));
    const auto month = std::chrono::month(random() % 2 == 0 ? 3 : 10);
    const std::chrono::sys_days day =
        year / month / std::chrono::Sunday[std::chrono::last];
    seconds = day.time_since_epoch().count() * int64_t{86400} +
              static_cast<int64_t>(random() % (12 * 3600)) - 3 * 3600;
  }
  return seconds * 1'000'000 + static_cast<int64_t>(random() % 1'000'000);
}

Interval RandomInterval(std::mt19937_64& random) {
  const auto part = [&random](int64_t most) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(2 * most)) - most;
  };
  return {.months = static_cast<int32_t>(part(1000)),
          .days = static_cast<int32_t>(part(1000)),
          .micros = part(1'000'000'000'000)};
}

void ExpectSame(const Rows& ours, const Rows& theirs, const char* what) {
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  for (size_t i = 0; i < ours.size(); ++i) ASSERT_EQ(ours[i], theirs[i]) << what;
}

std::string Listed(const Rows& rows) {
  std::string values;
  for (const auto& row : rows) {
    values += values.empty() ? "(" : ",(";
    for (const auto& cell : row) values += "'" + cell + "',";
    values.back() = ')';
  }
  return values;
}

TEST(MomentPgTest, TimeZonesAreThoseOfPostgres) {
  const TestDatabase database;
  database.Exec("SET timezone = 'UTC'");
  std::mt19937_64 random(1);
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
        "America/Sao_Paulo", "Africa/Casablanca", "Europe/Dublin", "Asia/Tehran",
        "Pacific/Apia", "America/St_Johns", "Antarctica/Troll", "UTC", "Asia/Gaza",
        "Europe/Moscow", "America/Caracas", "Pacific/Auckland"}) {
    const TimeZone zone = TimeZone::Find(name).ValueOrDie();
    Rows ours;
    Rows values;
    for (int i = 0; i < kRows; ++i) {
      const auto moment = TimestampTz::FromMicros(RandomMicros(random));
      const Timestamp local = moment.InUtc();
      values.push_back({moment.ToString(), local.ToString()});
      ours.push_back({moment.ToString(), InZone(moment, zone).ToString(),
                      FromZone(local, zone).ToString(),
                      Truncate(moment, TimeUnit::kHour, zone).ToString(),
                      Truncate(moment, TimeUnit::kDay, zone).ToString(),
                      Truncate(moment, TimeUnit::kMonth, zone).ToString()});
    }
    const std::string quoted = "'" + std::string(name) + "'";
    ExpectSame(ours,
               database.QueryRows(
                   "SELECT m, m AT TIME ZONE " + quoted + ", l AT TIME ZONE " + quoted +
                   ", date_trunc('hour', m, " + quoted + "), date_trunc('day', m, " +
                   quoted + "), date_trunc('month', m, " + quoted +
                   ") FROM (SELECT a::timestamptz AS m, b::timestamp AS l " +
                   "FROM (VALUES " + Listed(values) + ") AS v(a, b)) AS r"),
               name);
  }
}

TEST(MomentPgTest, IntervalsAreAddedAsInPostgres) {
  const TestDatabase database;
  database.Exec("SET timezone = 'Europe/Berlin'");
  database.Exec("SET intervalstyle = 'iso_8601'");
  const TimeZone berlin = TimeZone::Find("Europe/Berlin").ValueOrDie();
  std::mt19937_64 random(2);
  Rows ours;
  Rows values;
  for (int i = 0; i < kRows; ++i) {
    const auto moment = TimestampTz::FromMicros(RandomMicros(random));
    const Interval interval = RandomInterval(random);
    const Interval other = random() % 4 == 0 ? Interval{.days = interval.months * 30}
                                             : RandomInterval(random);
    const Interval months = {.months = interval.months};
    values.push_back({moment.ToString(), interval.ToString(), other.ToString()});
    ours.push_back({interval.ToString(), (moment.InUtc() + interval).ToString(),
                    (moment.InUtc() - interval).ToString(),
                    Add(moment, interval, berlin).InUtc().ToString(),
                    (interval + other).ToString(), (interval * 7).ToString(),
                    interval < other ? "t" : "f", months == other ? "t" : "f"});
  }
  ExpectSame(
      ours,
      database.QueryRows(
          "SELECT i, u + i, u - i, (m + i) AT TIME ZONE 'UTC', i + o, i * 7, i < o, "
          "make_interval(months => (extract(year FROM i) * 12 + "
          "extract(month FROM i))::int) = o FROM "
          "(SELECT a::timestamptz AS m, a::timestamptz AT TIME ZONE 'UTC' AS u, "
          "b::interval AS i, c::interval AS o FROM (VALUES " +
          Listed(values) + ") AS v(a, b, c)) AS r"),
      "intervals");
}

TEST(MomentPgTest, DatesAreThoseOfPostgres) {
  const TestDatabase database;
  std::mt19937_64 random(3);
  Rows ours;
  Rows values;
  for (int i = 0; i < kRows; ++i) {
    const auto day = static_cast<int32_t>(random() % 4'000'000) - 1'500'000;
    const Date date = Date::FromDays(random() % 2 == 0 ? day : day / 100);
    const auto months = static_cast<int32_t>(random() % 1000) - 500;
    // Years BC have no zero in PostgreSQL.
    const auto counted = [](int32_t year) {
      return std::to_string(year > 0 ? year : year - 1);
    };
    values.push_back({date.ToString(), std::to_string(months)});
    ours.push_back(
        {date.ToString(), std::to_string(date.days()), counted(date.year()),
         std::to_string(date.month()), std::to_string(date.day()),
         std::to_string(date.day_of_year()), counted(date.iso_year()),
         std::to_string(date.iso_week()), std::to_string(date.iso_day_of_week()),
         std::to_string(date.quarter()), (date + std::chrono::months(months)).ToString(),
         Truncate(date, TimeUnit::kWeek).ToString(),
         Truncate(date, TimeUnit::kMonth).ToString(),
         Truncate(date, TimeUnit::kQuarter).ToString(),
         Truncate(date, TimeUnit::kYear).ToString()});
  }
  ExpectSame(ours,
             database.QueryRows(
                 "SELECT d, d - '1970-01-01'::date, extract(year FROM d), "
                 "extract(month FROM d), extract(day FROM d), extract(doy FROM d), "
                 "extract(isoyear FROM d), extract(week FROM d), "
                 "extract(isodow FROM d), extract(quarter FROM d), "
                 "(d + make_interval(months => n))::date, "
                 "date_trunc('week', d::timestamp)::date, "
                 "date_trunc('month', d::timestamp)::date, "
                 "date_trunc('quarter', d::timestamp)::date, "
                 "date_trunc('year', d::timestamp)::date FROM "
                 "(SELECT a::date AS d, b::int AS n FROM (VALUES " +
                 Listed(values) + ") AS v(a, b)) AS r"),
             "dates");
}

}  // namespace
}  // namespace carmilla
