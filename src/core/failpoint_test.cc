#include "core/failpoint.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "testing/matchers.h"

namespace carmilla {
namespace {

class FailpointTest : public ::testing::Test {
 protected:
  void TearDown() override { unsetenv("CARMILLA_FAILPOINT"); }
  static void Order(const std::string& orders) {
    setenv("CARMILLA_FAILPOINT", orders.c_str(), /*replace=*/1);
  }
};

class FailpointDeathTest : public FailpointTest {
 protected:
  // Arrow's allocator has a thread of its own, which a plain fork() would not survive.
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(FailpointTest, PassesWithoutOrders) { EXPECT_OK(Failpoint("before_swap")); }

TEST_F(FailpointTest, FailsOnlyAtItsName) {
  Order("before_swap=error");
  EXPECT_OK(Failpoint("before_sw"));
  EXPECT_THAT(Failpoint("before_swap"), HasKind(ErrorKind::kIo));
  EXPECT_OK(Failpoint("before_swap")) << "only at its first hit";
}

TEST_F(FailpointTest, CountsHits) {
  Order("other=kill,before_swap@3=error");
  EXPECT_OK(Failpoint("before_swap"));
  EXPECT_OK(Failpoint("before_swap"));
  EXPECT_THAT(Failpoint("before_swap"), StatusMessageHas("before_swap"));
  EXPECT_OK(Failpoint("before_swap"));
}

TEST_F(FailpointDeathTest, Kills) {
  Order("before_swap=kill");
  EXPECT_EXIT(static_cast<void>(Failpoint("before_swap")),
              ::testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FailpointDeathTest, StopsUntilItIsWoken) {
  Order("before_swap=stop");
  const pid_t child = fork();
  if (child == 0) _exit(Failpoint("before_swap").ok() ? 42 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  EXPECT_TRUE(WIFSTOPPED(status));
  kill(child, SIGCONT);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
}

TEST_F(FailpointDeathTest, RefusesWhatItCannotRead) {
  for (const char* orders : {"before_swap", "before_swap=die", "=kill", "a@0=kill",
                             "a@x=kill", "a@=kill", "a=kill,,b=kill"}) {
    Order(orders);
    EXPECT_EXIT(static_cast<void>(Failpoint("b")), ::testing::KilledBySignal(SIGABRT),
                "cannot read")
        << orders;
  }
}

}  // namespace
}  // namespace carmilla
