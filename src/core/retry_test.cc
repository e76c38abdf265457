#include "core/retry.h"

#include <gtest/gtest.h>

#include <thread>

namespace carmilla {
namespace {

using std::chrono::milliseconds;

TEST(RetryTest, OnlyRetryableKindsAreTriedAgain) {
  for (const ErrorKindInfo& info : ErrorKinds()) {
    const RetryPolicy policy = RetryPolicyOf(info.kind);
    EXPECT_GE(policy.max_attempts, 1) << info.name;
    if (policy.max_attempts > 1) {
      EXPECT_TRUE(info.is_retryable) << info.name;
      EXPECT_GT(policy.first_wait, milliseconds(0)) << info.name;
      EXPECT_GE(policy.longest_wait, policy.first_wait) << info.name;
    }
  }
}

TEST(RetryTest, TheWaitDoublesUpToItsLimit) {
  const RetryPolicy policy{.max_attempts = 9,
                           .first_wait = milliseconds(100),
                           .longest_wait = milliseconds(450)};
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/1, /*random=*/0.5), milliseconds(50));
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/2, /*random=*/0.5), milliseconds(100));
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/3, /*random=*/0.5), milliseconds(200));
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/4, /*random=*/0.5), milliseconds(225));
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/1000, /*random=*/0.5), milliseconds(225));
  EXPECT_EQ(WaitBefore(policy, /*attempt=*/3, /*random=*/0), milliseconds(0));
}

TEST(RetryTest, RandomFractionsLieBetweenZeroAndOne) {
  double smallest = 1;
  double largest = 0;
  for (int i = 0; i < 1000; ++i) {
    const double fraction = RandomFraction();
    smallest = std::min(smallest, fraction);
    largest = std::max(largest, fraction);
  }
  EXPECT_GE(smallest, 0);
  EXPECT_LT(largest, 1);
  EXPECT_LT(smallest, largest);
}

TEST(RetryTest, ARequestToStopEndsTheSleepAtOnce) {
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_FALSE(SleepUnlessStopped(std::chrono::hours(1), source.get_token()));
  EXPECT_FALSE(SleepUnlessStopped(std::chrono::hours(1), source.get_token()));
}

TEST(RetryTest, WithoutARequestTheSleepLastsItsTime) {
  const std::stop_source source;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(SleepUnlessStopped(milliseconds(5), source.get_token()));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(5));
}

}  // namespace
}  // namespace carmilla
