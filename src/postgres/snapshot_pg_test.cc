#include "postgres/snapshot.h"

#include <libpq-fe.h>

#include <thread>

#include "postgres/postgres_fixture.h"

namespace carmilla {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::MatchesRegex;

class SnapshotTest : public PostgresTest {
 protected:
  std::unique_ptr<SnapshotExporter> Export(seconds max_age = minutes(15)) const {
    auto exporter = SnapshotExporter::Begin(Settings(), max_age, {});
    EXPECT_THAT(exporter, IsOk());
    return exporter.ok() ? std::move(exporter).ValueUnsafe() : nullptr;
  }

  /// Returns when it is gone.
  void TerminateExporter() const {
    const std::string exporters =
        " FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in "
        "transaction'";
    database_.Exec("SELECT pg_terminate_backend(pid)" + exporters);
    while (database_.Query("SELECT count(*)" + exporters) != "0") {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
};

TEST_F(SnapshotTest, TokenTellsWhatItIs) {
  const auto exporter = Export();
  ASSERT_NE(exporter, nullptr);
  const SnapshotToken& token = exporter->token();
  EXPECT_THAT(token.id, MatchesRegex("[0-9A-F]+-[0-9A-F]+-[0-9]+"));
  EXPECT_THAT(token.contents, MatchesRegex("[0-9]+:[0-9]+:.*"));
  EXPECT_THAT(token.lsn, MatchesRegex("[0-9A-F]+/[0-9A-F]+"));
  EXPECT_THAT(token.taken_at, MatchesRegex("20[0-9-]+T[0-9:.]+Z"));
  EXPECT_EQ(exporter->server().database, database_.name());
  EXPECT_LT(exporter->age(), seconds(30));
  EXPECT_OK(exporter->Poll());
}

TEST_F(SnapshotTest, ItsTimeIsThatOfItsTransactionWhichIsNotAfterIt) {
  const auto exporter = Export();
  ASSERT_NE(exporter, nullptr);
  EXPECT_EQ(exporter->token().taken_at,
            database_.Query("SELECT to_char(xact_start AT TIME ZONE 'UTC', "
                            "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM pg_stat_activity "
                            "WHERE datname = current_database() AND state = 'idle in "
                            "transaction'"));
}

TEST_F(SnapshotTest, WorkersSeeTheSameRowsWhileAWriterCommits) {
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 100)");
  const auto exporter = Export();
  std::jthread writer([this](const std::stop_token& stop) {
    const TestDatabase unrelated;  // Other transactions of the server, too.
    auto session = Connect();
    while (!stop.stop_requested()) {
      ASSERT_OK(
          session->Execute("BEGIN READ WRITE; INSERT INTO public.t VALUES (0); COMMIT"));
      ASSERT_OK(session->Execute(
          "BEGIN READ WRITE; DELETE FROM public.t WHERE id = 7; COMMIT"));
    }
  });
  for (int round = 0; round < 20; ++round) {
    const auto worker = Connect();
    ASSERT_OK(ImportSnapshot(*worker, exporter->token()));
    EXPECT_EQ(ValueOf(*worker, "SELECT count(*) || ' ' || sum(id) FROM public.t"),
              "100 5050");
    EXPECT_OK(EndTransaction(*worker));
    ASSERT_OK(ImportSnapshot(*worker, exporter->token()));
    EXPECT_EQ(ValueOf(*worker, "SELECT count(*) || ' ' || sum(id) FROM public.t"),
              "100 5050");
  }
}

TEST_F(SnapshotTest, ExporterLocksNoRelation) {
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto exporter = Export();
  ASSERT_OK(exporter->Poll());
  EXPECT_EQ(database_.Query(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                "WHERE a.application_name = 'carmilla/test'"),
            "1");  // its own virtual transaction
  EXPECT_EQ(database_.Query(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                "WHERE a.application_name = 'carmilla/test' AND l.relation >= 16384"),
            "0");
  database_.Exec(
      "SET lock_timeout = '5s'; TRUNCATE t; ALTER TABLE t ADD c int; DROP TABLE t");
}

TEST_F(SnapshotTest, LookingAroundSeesTheSnapshotAndKeepsNoLock) {
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto exporter = Export();
  database_.Exec("DELETE FROM t");
  std::string seen;
  ASSERT_OK(exporter->LookAround([&](Session& session) {
    seen = ValueOf(session, "SELECT count(*) FROM public.t");
    return arrow::Status::OK();
  }));
  EXPECT_EQ(seen, "1");
  database_.Exec("SET lock_timeout = '5s'; DROP TABLE t");
}

TEST_F(SnapshotTest, ALookThatFailsKeepsTheSnapshotAndNoLock) {
  database_.Exec("CREATE TABLE t (id int)");
  const auto exporter = Export();
  const arrow::Status status = exporter->LookAround([](Session& session) {
    EXPECT_EQ(ValueOf(session, "SELECT count(*) FROM public.t"), "0");
    return session.Execute("SELECT 1/0");
  });
  EXPECT_THAT(status, StatusMessageHas("division by zero"));
  EXPECT_OK(exporter->Poll());
  const auto worker = Connect();
  EXPECT_OK(ImportSnapshot(*worker, exporter->token()));
  database_.Exec("SET lock_timeout = '5s'; DROP TABLE t");
}

TEST_F(SnapshotTest, IsLostWithItsSession) {
  const auto exporter = Export();
  TerminateExporter();
  EXPECT_THAT(exporter->Poll(), HasKind(ErrorKind::kSnapshotLost));
  const auto worker = Connect();
  EXPECT_THAT(ImportSnapshot(*worker, exporter->token()),
              HasKind(ErrorKind::kSnapshotLost));
  EXPECT_EQ(PQtransactionStatus(worker->native()), PQTRANS_IDLE);
}

TEST_F(SnapshotTest, IsLostWhenEnded) {
  const auto exporter = Export();
  exporter->End();
  EXPECT_THAT(exporter->Poll(), HasKind(ErrorKind::kSnapshotLost));
  EXPECT_THAT(exporter->LookAround([](Session&) { return arrow::Status::OK(); }),
              HasKind(ErrorKind::kSnapshotLost));
}

TEST_F(SnapshotTest, SurvivesInWorkersThatImportedIt) {
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  auto exporter = Export();
  const auto worker = Connect();
  ASSERT_OK(ImportSnapshot(*worker, exporter->token()));
  exporter->End();
  database_.Exec("DELETE FROM t");
  EXPECT_EQ(ValueOf(*worker, "SELECT count(*) FROM public.t"), "1");
}

TEST_F(SnapshotTest, IsRefusedWhenTooOld) {
  const auto exporter = Export(seconds(0));
  const arrow::Status status = exporter->Poll();
  EXPECT_THAT(status, HasKind(ErrorKind::kSnapshotLost));
  EXPECT_THAT(status, StatusMessageHas("older than 0 s"));
}

TEST_F(SnapshotTest, WorkerWithAnotherSnapshotIsFoundOut) {
  const auto exporter = Export();
  SnapshotToken other = exporter->token();
  other.contents = "3:3:";
  const auto worker = Connect();
  EXPECT_THAT(ImportSnapshot(*worker, other), HasKind(ErrorKind::kSnapshotLost));
  EXPECT_EQ(PQtransactionStatus(worker->native()), PQTRANS_IDLE);
  other.id = "no'such;snapshot";
  EXPECT_THAT(ImportSnapshot(*worker, other), HasKind(ErrorKind::kSnapshotLost));
  EXPECT_OK(ImportSnapshot(*worker, exporter->token()));
}

TEST_F(SnapshotTest, WorkerIsReadOnly) {
  database_.Exec("CREATE TABLE t (id int)");
  const auto exporter = Export();
  const auto worker = Connect();
  ASSERT_OK(ImportSnapshot(*worker, exporter->token()));
  EXPECT_THAT(worker->Execute("INSERT INTO public.t VALUES (1)"),
              HasKind(ErrorKind::kQuery));
}

TEST_F(SnapshotTest, StopEndsPollAndImport) {
  const auto exporter = Export();
  std::stop_source source;
  const auto worker = Connect(Settings(), source.get_token());
  auto stopped = SnapshotExporter::Begin(Settings(), minutes(1), source.get_token());
  ASSERT_THAT(stopped, IsOk());
  source.request_stop();
  EXPECT_THAT((*stopped)->Poll(), HasKind(ErrorKind::kInterrupted));
  EXPECT_THAT(ImportSnapshot(*worker, exporter->token()),
              HasKind(ErrorKind::kInterrupted));
}

}  // namespace
}  // namespace carmilla
