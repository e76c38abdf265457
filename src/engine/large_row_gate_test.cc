#include "engine/large_row_gate.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"

namespace carmilla {
namespace {

TEST(LargeRowGateTest, LetsOneReaderInAtATime) {
  LargeRowGate gate;
  std::atomic<int> inside = 0;
  std::atomic<int> entered = 0;
  std::atomic<bool> was_crowded = false;
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 4; ++reader) {
    readers.emplace_back([&] {
      LargeRowGate::Pass pass(&gate);
      for (int row = 0; row < 500; ++row) {
        if (!pass.Enter({}).ok()) return;
        if (++inside > 1) was_crowded = true;
        ++entered;
        --inside;
        pass.Leave();
      }
    });
  }
  readers.clear();
  EXPECT_FALSE(was_crowded);
  EXPECT_EQ(entered, 4 * 500);
}

TEST(LargeRowGateTest, WhoIsInsideMayEnterAgain) {
  LargeRowGate gate;
  LargeRowGate::Pass pass(&gate);
  ASSERT_OK(pass.Enter({}));
  EXPECT_OK(pass.Enter({}));
  pass.Leave();
  pass.Leave();
  LargeRowGate::Pass other(&gate);
  EXPECT_OK(other.Enter({}));
}

TEST(LargeRowGateTest, StopsWaitingWhenStopped) {
  LargeRowGate gate;
  LargeRowGate::Pass holder(&gate);
  ASSERT_OK(holder.Enter({}));
  std::stop_source stop;
  stop.request_stop();
  LargeRowGate::Pass other(&gate);
  EXPECT_EQ(KindOf(other.Enter(stop.get_token())), ErrorKind::kInterrupted);
}

TEST(LargeRowGateTest, OpensWhenAReaderGoesWithoutLeaving) {
  LargeRowGate gate;
  {
    LargeRowGate::Pass failed(&gate);
    ASSERT_OK(failed.Enter({}));
  }
  LargeRowGate::Pass other(&gate);
  EXPECT_OK(other.Enter({}));
}

}  // namespace
}  // namespace carmilla
