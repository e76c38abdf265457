#include "core/run_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace carmilla {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

// 2026-01-02 03:04:05.678 UTC.
constexpr system_clock::time_point kNow{milliseconds{1767323045678}};

TEST(RunIdTest, HoldsTheTimeInUtc) {
  EXPECT_THAT(MakeRunId(kNow), ::testing::MatchesRegex("20260102T030405678Z-[0-9a-f]+"));
  EXPECT_TRUE(IsRunId(MakeRunId(kNow)));
}

TEST(RunIdTest, SortsByTime) {
  EXPECT_LT(MakeRunId(kNow), MakeRunId(kNow + milliseconds(1)));
  EXPECT_LT(MakeRunId(kNow), MakeRunId(kNow + std::chrono::hours(24 * 400)));
}

TEST(RunIdTest, TwoIdsOfOneMillisecondDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.insert(MakeRunId(kNow));
  EXPECT_GT(ids.size(), 1U);
}

TEST(RunIdTest, RefusesOtherText) {
  for (const char* text : {"", "20260102T030405678Z", "20260102T030405678Z-9f3c1",
                           "20260102T030405678Z-9F3C1A", "20260102T030405678Z-9f3c1aa",
                           "2026-102T030405678Z-9f3c1a", "20260102T030405678Z-9f3c1a\n",
                           "../../../../etc/passwd___"}) {
    EXPECT_FALSE(IsRunId(text)) << text;
    EXPECT_EQ(RunIdTime(text), "") << text;
  }
}

TEST(RunIdTest, RendersItsTime) {
  EXPECT_EQ(RunIdTime("20260102T030405678Z-9f3c1a"), "2026-01-02 03:04:05");
}

}  // namespace
}  // namespace carmilla
