#include "carmilla/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/context.h"
#include "carmilla/testing.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using testing::ElementsAre;

Date On(int y, unsigned m, unsigned d) {
  return Date::From(std::chrono::year_month_day(year(y), month(m), day(d)));
}

TEST(WindowsTest, WindowsAreWholeAndCoverTheDays) {
  EXPECT_THAT(WindowsBetween(Every::kDay, On(2024, 2, 28), On(2024, 3, 1)),
              ElementsAre(Window{On(2024, 2, 28), On(2024, 2, 29)},
                          Window{On(2024, 2, 29), On(2024, 3, 1)}));
  EXPECT_THAT(WindowsBetween(Every::kWeek, On(2024, 5, 1), On(2024, 5, 7)),
              ElementsAre(Window{On(2024, 4, 29), On(2024, 5, 6)},
                          Window{On(2024, 5, 6), On(2024, 5, 13)}));
  EXPECT_THAT(WindowsBetween(Every::kMonth, On(2023, 12, 31), On(2024, 1, 2)),
              ElementsAre(Window{On(2023, 12, 1), On(2024, 1, 1)},
                          Window{On(2024, 1, 1), On(2024, 2, 1)}));
  EXPECT_TRUE(WindowsBetween(Every::kDay, On(2024, 1, 2), On(2024, 1, 2)).empty());
}

struct Event {
  int64_t id;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr NullableColumn<TimestampTz> at{"at", "timestamptz"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "events", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Event, id);

struct Id {
  int64_t id;
};
CARMILLA_RECORD(Id, id);

TEST(WindowsTest, NoWindowsAreAMistake) {
  TestTask test;
  const auto status =
      test.context()
          .Windows<Event>(Event::columns.at, Every::kDay, On(2024, 1, 1), On(2024, 1, 1))
          .Transform([](const Event& event) { return Id{event.id}; })
          .WriteParquet("events");
  EXPECT_THAT(status, HasKind(ErrorKind::kTask));
}

TEST(WindowsTest, EachWindowBecomesAPartition) {
  TestTask test;
  test.Give<Event>({{1}, {2}});
  const WriteResult written =
      test.context()
          .Windows<Event>(Event::columns.at, Every::kMonth, On(2024, 1, 1),
                          On(2024, 3, 1))
          .Transform([](const Event& event) { return Id{event.id}; })
          .WriteParquet("events");
  ASSERT_THAT(written, IsOk());
  EXPECT_THAT(test.PartitionsOf("events"), ElementsAre("2024-01-01", "2024-02-01"));
  ASSERT_EQ(written->files.size(), 2U);
  EXPECT_EQ(written->files[1].partition, "2024-02-01");
  EXPECT_EQ(written->files[1].rows, 2);
}

}  // namespace
}  // namespace carmilla
