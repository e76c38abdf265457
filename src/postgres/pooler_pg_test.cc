#include "postgres/pooler.h"

#include "postgres/pooler_fixture.h"
#include "postgres/postgres_fixture.h"
#include "postgres/snapshot.h"

namespace carmilla {
namespace {

using std::chrono::minutes;

class PoolerTest : public PostgresTest {
 protected:
  std::unique_ptr<PoolerStandIn> Pool(int num_backends, PoolMode mode) const {
    return std::make_unique<PoolerStandIn>(
        database_.socket_folder() + "/.s.PGSQL." + database_.port(),
        role_.empty() ? "postgres" : role_, database_.name(), num_backends, mode);
  }

  ConnectionSettings SettingsOf(const PoolerStandIn& pooler) const {
    return {.conninfo = "host=127.0.0.1 user=postgres port=" +
                        std::to_string(pooler.port()) + " dbname=" + database_.name(),
            .run_id = "test"};
  }
};

TEST_F(PoolerTest, TransactionModeIsRefused) {
  for (const int num_backends : {1, 2, 3}) {
    for (const PoolMode mode :
         {PoolMode::kTransactionLastUsed, PoolMode::kTransactionRoundRobin}) {
      const auto pooler = Pool(num_backends, mode);
      const auto exporter = SnapshotExporter::Begin(SettingsOf(*pooler), minutes(1), {});
      EXPECT_THAT(exporter, HasKind(ErrorKind::kUnsupported));
      EXPECT_THAT(exporter, StatusHintHas("session mode"));
    }
  }
}

TEST_F(PoolerTest, SessionModeWorks) {
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto pooler = Pool(4, PoolMode::kSession);
  const auto exporter = SnapshotExporter::Begin(SettingsOf(*pooler), minutes(1), {});
  ASSERT_THAT(exporter, IsOk());
  const auto worker = Connect(SettingsOf(*pooler));
  ASSERT_NE(worker, nullptr);
  EXPECT_TRUE(worker->is_pooled());
  EXPECT_OK(ImportSnapshot(*worker, (*exporter)->token()));
  database_.Exec("DELETE FROM t");
  EXPECT_EQ(ValueOf(*worker, "SELECT count(*) FROM public.t"), "1");
}

TEST_F(PoolerTest, ServersThatRefuseTheWalPositionAreReadAsWell) {
  database_.Exec("REVOKE ALL ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC");
  PostgresTest::SettingsOf("asker");
  const auto pooler = Pool(4, PoolMode::kSession);
  const auto exporter = SnapshotExporter::Begin(SettingsOf(*pooler), minutes(1), {});
  ASSERT_THAT(exporter, IsOk());
  EXPECT_EQ((*exporter)->token().lsn, "");
}

TEST_F(PoolerTest, WithoutOneNoSecondConnectionIsMade) {
  const auto session = Connect();
  // These settings would fail.
  EXPECT_OK(RefuseTransactionPooler(*session, {.conninfo = "host=/nowhere"}, {}));
}

}  // namespace
}  // namespace carmilla
