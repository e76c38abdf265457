// Processes that publish into a lake on a directory are killed, stopped and raced, while
// readers look: they see the old or the new version, and a plain rerun repairs
// everything.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <random>
#include <set>
#include <string>

#include "integration/lake_run_fixture.h"
#include "store/directory_store.h"
#include "testing/temporary_folder.h"

namespace carmilla {
namespace {

class LakeCrashTest : public LakeRunFixture {
 protected:
  std::shared_ptr<ObjectStore> OpenStore() const override {
    return OpenDirectoryStore(folder_.path(),
                              {.lock_timeout = std::chrono::milliseconds(5000)});
  }

  TemporaryFolder folder_{TemporaryFolder::Medium::kMemory};
};

TEST_F(LakeCrashTest, EveryDurableStepMayBeTheLast) {
  ASSERT_OK(Run(*lake_));
  int kills = 0;
  KillAtEveryStep({"store.synced", "store.renamed", "store.created", "store.swapped",
                   "store.linked", "lake.manifest_put", "lake.pointer_swapped",
                   "lake.stable_name_moved", "lake.stable_name_removed"},
                  {"store.swapped", "store.linked"}, &kills);
  EXPECT_GE(kills, 14);
}

TEST_F(LakeCrashTest, RecoveryItselfMayBeKilled) {
  for (const char* first : {"lake.manifest_put=kill", "lake.pointer_swapped=kill"}) {
    for (const char* second : {"store.linked=kill", "lake.stable_name_moved=kill",
                               "lake.stable_name_removed=kill", "store.synced=kill"}) {
      ASSERT_OK(Run(*lake_));
      WaitFor(StartRun(first));
      WaitFor(StartRun(second));
      WaitFor(StartRun(second));
      CheckCurrent();
      ASSERT_OK(Run(*lake_)) << "a plain rerun";
      CheckStableNames();
    }
  }
}

TEST_F(LakeCrashTest, StoppedPublisherIsFenced) {
  ASSERT_OK(Run(*lake_));
  const pid_t child = StartRun("lake.manifest_put=stop");
  ASSERT_TRUE(WIFSTOPPED(WaitFor(child)));
  ASSERT_OK(Run(*lake_));
  const std::string published = CheckCurrent();
  ASSERT_EQ(::kill(child, SIGCONT), 0);
  const int status = WaitFor(child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), InfoOf(ErrorKind::kConflict).exit_code);
  EXPECT_EQ(CheckCurrent(), published);
  CheckStableNames();
}

TEST_F(LakeCrashTest, StoppedFollowerMovesNothingBack) {
  ASSERT_OK(Run(*lake_));
  for (const char* orders : {"lake.pointer_swapped=stop", "lake.stable_name_moved@3=stop",
                             "lake.stable_name_removed=stop"}) {
    const pid_t child = StartRun(orders);
    ASSERT_TRUE(WIFSTOPPED(WaitFor(child))) << orders;
    ASSERT_OK(Run(*lake_));
    const std::string published = CheckCurrent();
    ASSERT_EQ(::kill(child, SIGCONT), 0);
    EXPECT_EQ(WaitFor(child), 0) << orders;
    EXPECT_EQ(CheckCurrent(), published) << orders;
    CheckStableNames();
  }
}

TEST_F(LakeCrashTest, FollowerStoppedInTheMiddleOfALinkHoldsOthersBack) {
  ASSERT_OK(Run(*lake_));
  const pid_t child = StartRun("store.linked=stop");
  ASSERT_TRUE(WIFSTOPPED(WaitFor(child)));
  Lake hurried(OpenDirectoryStore(folder_.path(),
                                  {.lock_timeout = std::chrono::milliseconds(20)}));
  EXPECT_THAT(Run(hurried), HasKind(ErrorKind::kLockTimeout));
  const std::string published = CheckCurrent();
  ASSERT_EQ(::kill(child, SIGCONT), 0);
  EXPECT_EQ(WaitFor(child), 0);
  EXPECT_EQ(CheckCurrent(), published);
  CheckStableNames();
  ASSERT_OK(Run(hurried));
  CheckStableNames();
}

TEST_F(LakeCrashTest, OneOfManyPublishersWins) {
  ASSERT_OK(Run(*lake_));
  constexpr int kRivals = 8;
  for (int round = 0; round < 5; ++round) {
    std::vector<pid_t> stopped;
    stopped.reserve(kRivals);
    for (int i = 0; i < kRivals; ++i)
      stopped.push_back(StartRun("lake.manifest_put=stop"));
    for (const pid_t child : stopped) ASSERT_TRUE(WIFSTOPPED(WaitFor(child)));
    for (const pid_t child : stopped) ASSERT_EQ(::kill(child, SIGCONT), 0);
    int winners = 0;
    for (const pid_t child : stopped) {
      const int status = WaitFor(child);
      ASSERT_TRUE(WIFEXITED(status));
      if (WEXITSTATUS(status) == 0) ++winners;
      if (WEXITSTATUS(status) != 0) {
        EXPECT_EQ(WEXITSTATUS(status), InfoOf(ErrorKind::kConflict).exit_code);
      }
    }
    EXPECT_EQ(winners, 1);
    CheckStableNames();
  }
}

TEST_F(LakeCrashTest, ReadersSeeOldOrNewWhileRunsAreKilled) {
  constexpr int kKills = 100;
  std::mt19937 random(20260102);
  std::uniform_int_distribution<int> life_microseconds(0, 30000);
  std::string newest = "none yet";
  std::set<std::string> versions;
  for (int kill = 0; kill < kKills && !HasFailure(); ++kill) {
    const pid_t child = StartRun("");
    const auto death = std::chrono::steady_clock::now() +
                       std::chrono::microseconds(life_microseconds(random));
    do {
      const std::string seen = CheckCurrent();
      if (seen != newest) {
        EXPECT_TRUE(versions.insert(seen).second) << "an old version came back";
        newest = seen;
      }
      const std::string stable = Contents("t/p=always/t.parquet");
      EXPECT_TRUE(stable.empty() || IsRunId(stable)) << stable;
    } while (std::chrono::steady_clock::now() < death);
    ::kill(child, SIGKILL);
    WaitFor(child);
    // However slow the machine is, there are versions to see.
    if (kill % 10 == 9) {
      ASSERT_OK(Run(*lake_)) << "a plain rerun";
    }
  }
  EXPECT_GE(versions.size(), 9U);
  ASSERT_OK(Run(*lake_)) << "a plain rerun";
  CheckStableNames();
}

}  // namespace
}  // namespace carmilla
