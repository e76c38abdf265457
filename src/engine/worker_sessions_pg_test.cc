#include "engine/worker_sessions.h"

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "core/error.h"
#include "postgres/postgres_fixture.h"
#include "postgres/silent_server.h"

namespace carmilla {
namespace {

class WorkerSessionsTest : public PostgresTest {
 protected:
  std::string NumConnections() const {
    return database_.Query(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'carmilla/test'");
  }

  void AwaitConnections(const std::string& count) const {
    while (NumConnections() != count) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
};

TEST_F(WorkerSessionsTest, WhatIsConnectedAheadIsForOneWorkerOnly) {
  WorkerSessions sessions(Settings());
  sessions.ConnectAhead({});
  AwaitConnections("1");
  ASSERT_OK_AND_ASSIGN(const auto first, sessions.Connect({}));
  EXPECT_EQ(NumConnections(), "1");
  ASSERT_OK_AND_ASSIGN(const auto second, sessions.Connect({}));
  EXPECT_EQ(NumConnections(), "2");
  EXPECT_NE(first->backend_pid(), second->backend_pid());
}

TEST_F(WorkerSessionsTest, TheStopOfItsWorkerEndsASessionConnectedAhead) {
  WorkerSessions sessions(Settings());
  std::stop_source run;
  sessions.ConnectAhead(run.get_token());
  std::stop_source worker;
  ASSERT_OK_AND_ASSIGN(const auto session, sessions.Connect(worker.get_token()));
  EXPECT_OK(session->Execute("SELECT 1"));
  worker.request_stop();
  EXPECT_THAT(session->Execute("SELECT 1"), HasKind(ErrorKind::kInterrupted));
}

TEST_F(WorkerSessionsTest, WhatNobodyAskedForIsEnded) {
  {
    WorkerSessions sessions(Settings());
    sessions.ConnectAhead({});
    AwaitConnections("1");
  }
  AwaitConnections("0");
}

TEST_F(WorkerSessionsTest, NobodyWaitsForAServerThatDoesNotAnswer) {
  const SilentServer server;
  const ConnectionSettings settings{.conninfo = server.conninfo(),
                                    .connect_timeout = std::chrono::hours(1)};
  WorkerSessions sessions(settings);
  sessions.ConnectAhead({});
  std::stop_source worker;
  worker.request_stop();
  EXPECT_THAT(sessions.Connect(worker.get_token()), HasKind(ErrorKind::kInterrupted));
  WorkerSessions unused(settings);
  unused.ConnectAhead({});
}

TEST_F(WorkerSessionsTest, AfterAConnectionAheadThatFailedWorkersConnectAnew) {
  WorkerSessions sessions(Settings());
  std::stop_source run;
  run.request_stop();
  sessions.ConnectAhead(run.get_token());
  EXPECT_THAT(sessions.Connect({}), HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(sessions.Connect({}), IsOk());
}

}  // namespace
}  // namespace carmilla
