#include "engine/worker_sessions.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

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
  }
  while (NumConnections() != "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

/// Accepts no one, so that who connects waits until it is stopped.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{.sin_family = AF_INET,
                        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, any, size) != 0 || listen(socket_, 1) != 0 ||
        getsockname(socket_, any, &size) != 0) {
      throw std::runtime_error("no socket");
    }
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  ConnectionSettings Settings() const {
    return {.conninfo = "host=127.0.0.1 port=" + std::to_string(port_),
            .connect_timeout = std::chrono::hours(1)};
  }

 private:
  int socket_;
  uint16_t port_ = 0;
};

TEST_F(WorkerSessionsTest, NobodyWaitsForAServerThatDoesNotAnswer) {
  const SilentServer server;
  WorkerSessions sessions(server.Settings());
  sessions.ConnectAhead({});
  std::stop_source worker;
  worker.request_stop();
  EXPECT_THAT(sessions.Connect(worker.get_token()), HasKind(ErrorKind::kInterrupted));
  WorkerSessions unused(server.Settings());
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
