#include "engine/worker_sessions.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/matchers.h"
#include "testing/test_database.h"

namespace carmilla {
namespace {

class WorkerSessionsTest : public testing::Test {
 protected:
  ConnectionSettings Settings() const {
    return {.conninfo = database_.ConnectionString(), .run_id = "test"};
  }

  std::string NumConnections() const {
    return database_.Query(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'carmilla/test'");
  }

  TestDatabase database_;
};

TEST_F(WorkerSessionsTest, WhatIsConnectedAheadIsForOneWorkerOnly) {
  WorkerSessions sessions(Settings());
  sessions.ConnectAhead({});
  sessions.ConnectAhead({});
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
