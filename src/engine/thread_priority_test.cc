#include "engine/thread_priority.h"

#include <sched.h>
#include <sys/resource.h>

#include <thread>

#include <gtest/gtest.h>

namespace carmilla {
namespace {

int PriorityOfThread() { return getpriority(PRIO_PROCESS, 0); }
int PolicyOfThread() { return sched_getscheduler(0); }

/// What `of_thread` says in a thread that calls `call`, and in one that this one starts.
void ExpectAfter(void (*call)(), int (*of_thread)(), int expected) {
  std::jthread([&] {
    call();
    EXPECT_EQ(of_thread(), expected);
    std::jthread([&] { EXPECT_EQ(of_thread(), expected); });
  });
}

TEST(ThreadPriorityTest, AThreadThatGivesWayStartsOthersThatDoTooAndLeavesTheRestAlone) {
  const int before = PriorityOfThread();
  ExpectAfter(GiveWay, PriorityOfThread, 19);
  EXPECT_EQ(PriorityOfThread(), before);
}

TEST(ThreadPriorityTest,
     AThreadThatAwaitsTurnsStartsOthersThatDoTooAndLeavesTheRestAlone) {
  const int before = PolicyOfThread();
  ExpectAfter(AwaitTurns, PolicyOfThread, SCHED_BATCH);
  EXPECT_EQ(PolicyOfThread(), before);
}

}  // namespace
}  // namespace carmilla
