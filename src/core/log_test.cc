#include "core/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "testing/matchers.h"

namespace carmilla {
namespace {

class LogTest : public ::testing::Test {
 protected:
  void TearDown() override { SetLogLevel(LogLevel::kWarning); }
};

template <typename Action>
std::string ErrorOutputOf(const Action& action) {
  ::testing::internal::CaptureStderr();
  action();
  return ::testing::internal::GetCapturedStderr();
}

TEST_F(LogTest, WritesTimeLevelAndMessage) {
  EXPECT_THAT(
      ErrorOutputOf([] { LogWarning("disk is slow"); }),
      ::testing::MatchesRegex("....-..-..T..:..:..[.]...Z warning disk is slow\n"));
}

TEST_F(LogTest, IsSilentBelowItsLevel) {
  EXPECT_EQ(ErrorOutputOf([] { LogInfo("x"); }), "");
  SetLogLevel(LogLevel::kDebug);
  EXPECT_THAT(ErrorOutputOf([] { LogDebug("x"); }), ::testing::HasSubstr("debug x"));
  SetLogLevel(LogLevel::kOff);
  EXPECT_EQ(ErrorOutputOf([] { Log(LogLevel::kError, "x"); }), "");
}

TEST_F(LogTest, AMessageIsOneLineWhateverItHolds) {
  EXPECT_THAT(ErrorOutputOf([] { LogWarning("a\nb\x1b[2J {} %v"); }),
              ::testing::EndsWith("a\\x0ab\\x1b[2J {} %v\n"));
}

TEST_F(LogTest, ThreadsDoNotMixTheirLines) {
  const std::string output = ErrorOutputOf([] {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        for (int j = 0; j < 100; ++j) LogWarning("0123456789");
      });
    }
  });
  EXPECT_EQ(std::ranges::count(output, '\n'), 400);
  for (size_t at = 0; at < output.size(); at = output.find('\n', at) + 1) {
    ASSERT_EQ(output.substr(at, output.find('\n', at) - at).size(), 43U);
  }
}

TEST_F(LogTest, LinesMayGoElsewhereForAWhile) {
  std::string taken;
  const std::string output = ErrorOutputOf([&] {
    RedirectLog([&](std::string_view line) { taken += line; });
    LogWarning("first");
    RedirectLog(nullptr);
    LogWarning("second");
  });
  EXPECT_THAT(taken, ::testing::EndsWith(" warning first\n"));
  EXPECT_THAT(output, ::testing::EndsWith(" warning second\n"));
  EXPECT_THAT(output, ::testing::Not(::testing::HasSubstr("first")));
}

TEST_F(LogTest, ParsesLevels) {
  EXPECT_THAT(ParseLogLevel("debug"), IsOkAndHolds(LogLevel::kDebug));
  EXPECT_THAT(ParseLogLevel("off"), IsOkAndHolds(LogLevel::kOff));
  EXPECT_THAT(ParseLogLevel("verbose"), HasKind(ErrorKind::kUsage));
  EXPECT_THAT(ParseLogLevel("verbose"), StatusHintHas("debug, info, warning"));
}

}  // namespace
}  // namespace carmilla
