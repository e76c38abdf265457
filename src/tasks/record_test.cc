#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "carmilla/context.h"
#include "carmilla/testing.h"
#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {
enum class Mood { sad, happy };
}  // namespace

template <>
struct EnumLabels<Mood> {
  static constexpr std::array<std::string_view, 2> kLabels{"sad", "happy"};
};

namespace {

struct Line {
  int32_t number;
  std::optional<std::string> text;
  bool operator==(const Line&) const = default;
};
CARMILLA_RECORD(Line, number, text);

struct Everything {
  bool is_there;
  int16_t small;
  int32_t medium;
  float single;
  double twice;
  Decimal<9, 2> cents;
  Decimal<18, 4> finer;
  Decimal<38, 0> wide;
  Date day;
  Time time;
  Timestamp local;
  TimestampTz moment;
  Interval interval;
  Uuid uuid;
  Json json;
  Bytes bytes;
  Mood mood;
  std::optional<Line> line;
  std::vector<Line> lines;
  std::optional<std::vector<std::optional<int64_t>>> numbers;
};
CARMILLA_RECORD(Everything, is_there, small, medium, single, twice, cents, finer, wide,
                day, time, local, moment, interval, uuid, json, bytes, mood, line, lines,
                numbers);

Everything Sample(int32_t seed) {
  const int64_t large = int64_t{seed} * 1'000'003;
  return {.is_there = seed % 3 == 0,
          .small = static_cast<int16_t>(seed),
          .medium = -seed,
          .single = 0.5F,
          .twice = static_cast<double>(seed) / 7,
          .cents = Decimal<9, 2>::FromUnscaled(-seed),
          .finer = Decimal<18, 4>::FromUnscaled(large),
          .wide = Decimal<38, 0>::FromUnscaled(Int128{large} * large * large),
          .day = Date::FromDays(seed),
          .time = Time::FromMicros(seed),
          .local = Timestamp::FromMicros(-large),
          .moment = TimestampTz::FromMicros(large),
          .interval = {.months = seed, .days = -seed, .micros = large},
          .uuid = Uuid::FromBytes(reinterpret_cast<const uint8_t*>("0123456789abcdef")),
          .json = Json("{}"),
          .bytes = Bytes("\xFF\xFE"),
          .mood = seed % 2 == 0 ? Mood::sad : Mood::happy,
          .line = seed % 2 == 0 ? std::nullopt
                                : std::optional(Line{.number = seed, .text = "odd"}),
          .lines = std::vector<Line>(static_cast<size_t>(seed % 4), Line{seed, {}}),
          .numbers = seed % 5 == 0 ? std::nullopt
                                   : std::optional(std::vector<std::optional<int64_t>>{
                                         1, {}, large})};
}

std::string Text(const std::optional<Line>& line) {
  if (!line.has_value()) return "none";
  return std::to_string(line->number) + line->text.value_or("-");
}

/// All values, for comparison.
std::string Text(const Everything& all) {
  std::string text = all.is_there ? "t " : "f ";
  for (const double number :
       {static_cast<double>(all.small), static_cast<double>(all.medium),
        static_cast<double>(all.single), all.twice}) {
    text += std::to_string(number) + " ";
  }
  for (const std::string& part :
       {all.cents.ToString(), all.finer.ToString(), all.wide.ToString(),
        all.day.ToString(), all.time.ToString(), all.local.ToString(),
        all.moment.ToString(), all.interval.ToString(), all.uuid.ToString(),
        all.json.ToString(), all.bytes.ToString(), std::string(LabelOf(all.mood)),
        Text(all.line)}) {
    text += part + " ";
  }
  for (const Line& line : all.lines) text += Text(line);
  if (!all.numbers.has_value()) return text;
  for (const auto& number : *all.numbers)
    text += std::to_string(number.value_or(-1)) + ",";
  return text;
}

TEST(RecordTest, WhatIsWrittenIsReadAgain) {
  std::vector<Everything> samples;
  for (int32_t seed = 0; seed < 5000; ++seed) samples.push_back(Sample(seed));
  TestTask test;
  ASSERT_TRUE(test.context().From(samples).WriteParquet("samples").ok());
  const auto written = test.Written<Everything>("samples");
  ASSERT_THAT(written, IsOk());
  ASSERT_EQ(written->size(), samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(Text((*written)[i]), Text(samples[i]));
  }
}

struct Priced {
  int64_t id;
  std::optional<std::vector<Decimal<5, 2>>> prices;
};
CARMILLA_RECORD(Priced, id, prices);

TEST(RecordTest, AValueThatIsNoneIsFoundInsideOfAListToo) {
  const auto none = Decimal<5, 2>::Invalid(ValueProblem::kOverflow);
  const std::vector<Priced> rows = {
      {1, {{Round<5, 2>(1)}}}, {2, std::nullopt}, {3, {{none, none}}}};
  TestTask test;
  const auto failed = test.context().From(rows).WriteParquet("priced");
  EXPECT_THAT(failed, HasKind(ErrorKind::kData));
  EXPECT_THAT(failed.status().message(), testing::HasSubstr("column prices, row 3"));
  test.set_on_invalid(internal::InvalidValue::kNull);
  ASSERT_TRUE(test.context().From(rows).WriteParquet("nulls").ok());
  EXPECT_GE(test.invalid_cells(), 1);
}

struct Tagged {
  int64_t id;
  std::optional<List<std::string_view>> tags;
  List<int32_t> counts;
  struct Columns {
    static constexpr Column<int64_t> id{"id", "bigint"};
    static constexpr NullableColumn<List<std::string_view>> tags{"tags", "text[]"};
    static constexpr Column<List<int32_t>> counts{"counts", "integer[]"};
  };
  static constexpr Columns columns{};
  static constexpr Relation kRelation{
      .schema = "public", .name = "tagged", .query = "", .fingerprint = ""};
};
CARMILLA_MODEL(Tagged, id, tags, counts);

struct Tags {
  int64_t id;
  std::optional<std::vector<std::optional<std::string>>> tags;
  std::vector<int32_t> counts;
};
CARMILLA_RECORD(Tags, id, tags, counts);

TEST(RecordTest, ListsAreViewsWhoseElementsMayBeNull) {
  internal::RecordWriter<Tags> writer;
  std::vector<internal::InvalidCell> invalid;
  const std::vector<Tags> tags = {
      {1, {{"a", std::nullopt, "long enough for the heap, surely"}}, {7, 8}},
      {2, std::nullopt, {}}};
  writer.Append(tags, &invalid);
  const auto batch = writer.Finish();
  ASSERT_THAT(batch, IsOk());
  ASSERT_THAT(internal::CheckBatch<Tagged>(**batch), IsOk());
  std::vector<Tagged> rows(2);
  ASSERT_THAT(internal::FillRows(**batch, 0, &rows), IsOk());
  ASSERT_EQ(rows[0].tags->size(), 3U);
  EXPECT_EQ((*rows[0].tags)[0], "a");
  EXPECT_EQ((*rows[0].tags)[1], std::nullopt);
  int32_t sum = 0;
  for (const std::optional<int32_t> count : rows[0].counts) sum += *count;
  EXPECT_EQ(sum, 15);
  EXPECT_FALSE(rows[1].tags.has_value());
  EXPECT_TRUE(rows[1].counts.empty());
}

}  // namespace
}  // namespace carmilla
