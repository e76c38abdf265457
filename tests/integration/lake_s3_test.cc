// The same on S3, where there is no lock: processes are killed, stopped and raced, and
// answers are lost.

#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <string>
#include <vector>

#include "integration/lake_run_fixture.h"
#include "store/s3_store.h"
#include "testing/fault_proxy.h"
#include "testing/test_bucket.h"

namespace carmilla {
namespace {

class LakeOnS3Test : public LakeRunFixture {
 protected:
  std::shared_ptr<ObjectStore> OpenStore() const override {
    return OpenStoreAt(bucket_.endpoint());
  }
  std::shared_ptr<ObjectStore> OpenStoreAt(const std::string& endpoint) const {
    return *OpenS3Store({.bucket = bucket_.name(),
                         .prefix = "lake",
                         .region = bucket_.region(),
                         .endpoint = endpoint,
                         .client = {.first_wait = std::chrono::milliseconds(2)}},
                        bucket_.OpenTransport(),
                        FixedAwsCredentials(bucket_.credentials()));
  }

  TestBucket bucket_;
};

TEST_F(LakeOnS3Test, EveryDurableStepMayBeTheLast) {
  ASSERT_OK(Run(*lake_));
  int kills = 0;
  KillAtEveryStep({"store.before_put", "store.created", "store.swapped",
                   "store.guard_checked", "lake.manifest_put", "lake.pointer_swapped",
                   "lake.stable_name_moved", "lake.stable_name_removed"},
                  {"store.swapped", "store.guard_checked"}, &kills);
  EXPECT_GE(kills, 12);
}

TEST_F(LakeOnS3Test, StoppedPublisherIsFenced) {
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

TEST_F(LakeOnS3Test, StoppedFollowerMovesNothingBack) {
  ASSERT_OK(Run(*lake_));
  for (const char* orders :
       {"lake.pointer_swapped=stop", "store.guard_checked=stop",
        "store.guard_checked@2=stop", "store.guard_checked@3=stop",
        "lake.stable_name_moved@3=stop", "lake.stable_name_removed=stop"}) {
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

TEST_F(LakeOnS3Test, OneOfSeveralRacersPublishes) {
  ASSERT_OK(Run(*lake_));
  for (int round = 0; round < 5; ++round) {
    std::vector<pid_t> stopped;
    stopped.reserve(4);
    for (int i = 0; i < 4; ++i) stopped.push_back(StartRun("lake.manifest_put=stop"));
    for (const pid_t child : stopped) ASSERT_TRUE(WIFSTOPPED(WaitFor(child)));
    for (const pid_t child : stopped) ASSERT_EQ(::kill(child, SIGCONT), 0);
    int winners = 0;
    for (const pid_t child : stopped) {
      const int status = WaitFor(child);
      ASSERT_TRUE(WIFEXITED(status));
      if (WEXITSTATUS(status) == 0) {
        ++winners;
      } else {
        EXPECT_EQ(WEXITSTATUS(status), InfoOf(ErrorKind::kConflict).exit_code);
      }
    }
    EXPECT_EQ(winners, 1);
    CheckStableNames();
  }
}

TEST_F(LakeOnS3Test, AnyLostAnswerLeavesOnePublish) {
  ASSERT_OK(Run(*lake_));
  std::atomic<int> lost = 1;
  std::atomic<int> first = 0;
  FaultProxy proxy(bucket_.endpoint(), bucket_.OpenTransport(),
                   [&](const FaultProxy::Request& request) {
                     return request.number - first == lost
                                ? Fault{.kind = Fault::Kind::kLoseAnswer}
                                : Fault{};
                   });
  int num_requests = 1;
  for (lost = 1; lost <= num_requests; ++lost) {
    const std::string before = CheckCurrent();
    first = proxy.num_requests();
    Lake lake(OpenStoreAt(proxy.url()));
    ASSERT_OK(Run(lake)) << lost;
    num_requests = std::max(num_requests, proxy.num_requests() - first - 1);
    EXPECT_NE(CheckCurrent(), before) << lost;
    CheckStableNames();
    if (HasFailure()) FAIL() << "answer " << lost << " was lost";
  }
  EXPECT_GE(num_requests, 20);
}

}  // namespace
}  // namespace carmilla
