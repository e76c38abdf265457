#include "cli/progress_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/display_text.h"
#include "cli/live_progress.h"

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

/// Standard output of a test is no terminal, or its colours are switched off.
std::string Render(const ProgressLine& line, size_t width) {
  return RenderProgressLine(line, /*name_width=*/8, width, Terminal::OfInput());
}

constexpr double kMebibyte = 1024.0 * 1024.0;

TEST(ProgressLineTest, TellsShareRowsRateAndTimeLeft) {
  EXPECT_EQ(Render({.name = "orders",
                    .rows = 161234,
                    .share = 0.5,
                    .bytes_per_second = 12.5 * kMebibyte,
                    .elapsed = milliseconds(12000)},
                   80),
            "  orders   [=======>        ] 50 %     161,234 rows   12.5 MiB/s  ETA 12 s");
}

TEST(ProgressLineTest, IsNeverWiderThanItMayBe) {
  const ProgressLine line{.name = "a very long name",
                          .rows = 123456789012,
                          .share = 0.07,
                          .bytes_per_second = 999 * kMebibyte,
                          .elapsed = milliseconds(100000000)};
  for (size_t width = 1; width < 200; ++width) {
    EXPECT_LE(DisplayWidth(Render(line, width)), width);
  }
  EXPECT_THAT(Render(line, 60), Not(HasSubstr("[")));
  EXPECT_THAT(Render(line, 60), HasSubstr("7 %"));
}

TEST(ProgressLineTest, WithoutAShareTheBarWandersAndNothingIsForetold) {
  ProgressLine line{.name = "view", .rows = 5, .elapsed = milliseconds(0)};
  EXPECT_THAT(Render(line, 80), HasSubstr("[===  "));
  line.elapsed = milliseconds(400);
  EXPECT_THAT(Render(line, 80), HasSubstr("[  ===  "));
  line.elapsed = milliseconds(60000);
  EXPECT_THAT(Render(line, 80), Not(HasSubstr("ETA")));
  EXPECT_THAT(Render(line, 80), Not(HasSubstr("%")));
}

TEST(ProgressLineTest, ForetellsNothingFromTooLittle) {
  ProgressLine line{.name = "t", .share = 0.5, .elapsed = milliseconds(300)};
  EXPECT_THAT(Render(line, 80), Not(HasSubstr("ETA")));
  line.elapsed = milliseconds(90000);
  EXPECT_THAT(Render(line, 80), HasSubstr("ETA 1 min 30 s"));
}

TEST(RateMeterTest, MeasuresTheLastSecondsOnly) {
  RateMeter meter;
  EXPECT_EQ(meter.PerSecond(), -1);
  meter.Add(milliseconds(0), 0);
  EXPECT_EQ(meter.PerSecond(), -1);
  meter.Add(milliseconds(1000), 1000);
  EXPECT_EQ(meter.PerSecond(), 1000);
  for (int second = 2; second <= 20; ++second) {
    meter.Add(milliseconds(1000 * second), 1000 + 10 * (second - 1));
  }
  EXPECT_NEAR(meter.PerSecond(), 10, 0.01);
}

TEST(RateMeterTest, BeginsAnewWhenTheCounterDoes) {
  RateMeter meter;
  meter.Add(milliseconds(0), 0);
  meter.Add(milliseconds(1000), 1000);
  meter.Add(milliseconds(0), 0);
  EXPECT_EQ(meter.PerSecond(), -1);
}

}  // namespace
}  // namespace carmilla
