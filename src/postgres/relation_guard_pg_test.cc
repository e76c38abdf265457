#include "postgres/relation_guard.h"

#include <libpq-fe.h>

#include <chrono>

#include "postgres/catalog.h"
#include "postgres/postgres_fixture.h"
#include "postgres/snapshot.h"

namespace carmilla {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// A snapshot, the table as described in it, and a worker that has imported it.
class RelationGuardTest : public PostgresTest {
 protected:
  void TakeSnapshot(const RelationName& name = {"public", "t"}) {
    auto exporter = SnapshotExporter::Begin(Settings(), std::chrono::minutes(15), {});
    ASSERT_THAT(exporter, IsOk());
    exporter_ = std::move(exporter).ValueUnsafe();
    worker_ = Connect();
    ASSERT_OK(ImportSnapshot(*worker_, exporter_->token()));
    const RelationName names[] = {name};
    ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*worker_, names));
    ASSERT_OK(EndTransaction(*worker_));
    table_ = tables.front();
  }

  ExpectedRelation Expected(size_t leaf = 0) const {
    ExpectedRelation expected{
        .name = table_.name, .oid = table_.oid, .columns = table_.columns};
    if (!table_.leaves.empty()) {
      expected.name = table_.leaves.at(leaf).name;
      expected.oid = table_.leaves.at(leaf).oid;
      expected.filenode = table_.leaves.at(leaf).filenode;
    }
    return expected;
  }

  // As a worker would: a new transaction in the snapshot. Leaves it open when all is
  // well.
  arrow::Status Check(const ExpectedRelation& expected) {
    EXPECT_OK(EndTransaction(*worker_));
    EXPECT_OK(ImportSnapshot(*worker_, exporter_->token()));
    return CheckRelation(*worker_, expected);
  }

  arrow::Status CheckAfter(const std::string& ddl,
                           const std::string& create =
                               "CREATE TABLE t (id int4, at timestamp, "
                               "v text, n numeric(8,2)); INSERT INTO t "
                               "SELECT i, now(), i, i FROM "
                               "generate_series(1, 1000) i") {
    worker_.reset();
    exporter_.reset();
    database_.Exec(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public "
        "TO PUBLIC; " +
        create);
    TakeSnapshot();
    EXPECT_OK(Check(Expected()));
    EXPECT_OK(EndTransaction(*worker_));
    database_.Exec(ddl);
    return Check(Expected());
  }

  std::unique_ptr<SnapshotExporter> exporter_;
  std::unique_ptr<Session> worker_;
  TableDescription table_;
};

TEST_F(RelationGuardTest, CatchesEachKindOfDdl) {
  for (const char* ddl :
       {"TRUNCATE t", "ALTER TABLE t ALTER id TYPE int8",
        "ALTER TABLE t ALTER v TYPE int USING 1",
        // The same bytes with another meaning: no rewrite.
        "ALTER TABLE t ALTER id TYPE oid",
        "SET TimeZone = 'UTC'; ALTER TABLE t ALTER at TYPE timestamptz",
        "ALTER TABLE t ALTER n TYPE numeric(9,2)", "ALTER TABLE t ALTER v TYPE varchar",
        "ALTER TABLE t ADD COLUMN r float8 DEFAULT random()",
        "ALTER TABLE t SET UNLOGGED",
        "DROP TABLE t; CREATE TABLE t (id int4, at timestamp, v text, n numeric(8,2))",
        "ALTER TABLE t RENAME TO old; CREATE TABLE t (LIKE old)", "VACUUM FULL t",
        "CREATE INDEX i ON t (id); CLUSTER t USING i", "ALTER TABLE t DROP COLUMN v",
        "ALTER TABLE t DROP COLUMN v; ALTER TABLE t ADD COLUMN v text", "DROP TABLE t",
        "ALTER TABLE t RENAME TO gone", "ALTER TABLE t RENAME COLUMN v TO w",
        "ALTER TABLE t RENAME TO o; CREATE VIEW t AS SELECT id, at, v, n FROM o"}) {
    const arrow::Status status = CheckAfter(ddl);
    EXPECT_THAT(status, HasKind(ErrorKind::kRelationChanged)) << ddl;
    EXPECT_THAT(status, StatusMessageHas("checking public.t: ")) << ddl;
  }
}

TEST_F(RelationGuardTest, SwappedNamesAreFoundByTheirNumbers) {
  const arrow::Status status = CheckAfter(
      "ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME c "
      "TO b",
      "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2)");
  EXPECT_THAT(status, HasKind(ErrorKind::kRelationChanged));
  EXPECT_THAT(status,
              StatusMessageHas("another column has its name since the snapshot: a"));
}

TEST_F(RelationGuardTest, HarmlessChangesPass) {
  for (const char* ddl :
       {"ALTER TABLE t ADD COLUMN c int DEFAULT 7", "ALTER TABLE t ADD COLUMN c int",
        "CREATE INDEX ON t (id)", "DELETE FROM t", "UPDATE t SET v = 'y'",
        "ALTER TABLE t ALTER v SET NOT NULL", "ALTER TABLE t ADD PRIMARY KEY (id)",
        "COMMENT ON TABLE t IS 'x'", "ANALYZE t"}) {
    EXPECT_OK(CheckAfter(ddl)) << ddl;
    EXPECT_EQ(ValueOf(*worker_, "SELECT count(*) FROM ONLY public.t"), "1000") << ddl;
  }
  // VACUUM cannot share a batch with other statements, and a plain one changes no file.
  EXPECT_OK(CheckAfter("VACUUM t"));
}

TEST_F(RelationGuardTest, DroppedColumnThatIsNotReadPasses) {
  database_.Exec("CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2)");
  TakeSnapshot();
  database_.Exec("ALTER TABLE t DROP COLUMN a");
  ExpectedRelation expected = Expected();
  expected.columns.erase(expected.columns.begin());
  EXPECT_OK(Check(expected));
}

TEST_F(RelationGuardTest, EnumsAreComparedWithTodaysLabels) {
  const std::string create =
      "CREATE TYPE mood AS ENUM ('sad', 'it''s', 'ok'); CREATE DOMAIN moods AS mood[]; "
      "CREATE TABLE t (id int, m mood, l mood[], d moods, e moods[])";
  for (const char* ddl :
       {"ALTER TYPE mood ADD VALUE 'new'", "ALTER TYPE mood RENAME VALUE 'sad' TO 'x'",
        "ALTER TYPE mood ADD VALUE 'new' BEFORE 'sad'"}) {
    const arrow::Status status = CheckAfter(ddl, create);
    EXPECT_THAT(status, HasKind(ErrorKind::kRelationChanged)) << ddl;
    EXPECT_THAT(status, StatusMessageHas("an enum has other labels")) << ddl;
  }
  EXPECT_OK(CheckAfter("CREATE TYPE other AS ENUM ()", create));
  for (const char* column : {"m", "l", "d", "e"}) {
    EXPECT_OK(CheckAfter("SELECT 1", create));
    ExpectedRelation expected = Expected();
    std::erase_if(expected.columns,
                  [&](const ColumnDescription& c) { return c.name != column; });
    ASSERT_THAT(expected.columns, SizeIs(1));
    EXPECT_OK(CheckTypes(*worker_, expected)) << column;
    // While the table is read: the type can change under our lock on the table.
    database_.Exec("ALTER TYPE mood RENAME VALUE 'sad' TO 'y'");
    EXPECT_THAT(CheckTypes(*worker_, expected), HasKind(ErrorKind::kRelationChanged));
  }
}

constexpr char kComposites[] =
    "CREATE TYPE pair AS (a int, b int); CREATE TYPE outer_pair AS (p pair, \"N o\" "
    "int); "
    "CREATE DOMAIN pair_domain AS pair; CREATE DOMAIN pairs_domain AS pair[]; "
    "CREATE TYPE pair_range AS RANGE (subtype = pair); CREATE TABLE row_type (p pair); "
    "CREATE TABLE t (id int, p pair, l pair[], n outer_pair, m outer_pair[], "
    "d pair_domain, e pairs_domain, r pair_range, w row_type); "
    "INSERT INTO t VALUES (1, (1, 2))";

TEST_F(RelationGuardTest, CompositesAreComparedWithTodaysMembers) {
  for (const char* ddl :
       {"ALTER TYPE pair DROP ATTRIBUTE b, ADD ATTRIBUTE b int",
        "ALTER TYPE pair DROP ATTRIBUTE a, ADD ATTRIBUTE c int",
        "ALTER TYPE pair RENAME ATTRIBUTE a TO x",
        "ALTER TYPE pair RENAME ATTRIBUTE a TO x; ALTER TYPE pair RENAME ATTRIBUTE b TO "
        "a; ALTER TYPE pair RENAME ATTRIBUTE x TO b",
        "ALTER TYPE pair ADD ATTRIBUTE c int", "ALTER TYPE pair DROP ATTRIBUTE a"}) {
    const arrow::Status status = CheckAfter(ddl, kComposites);
    EXPECT_THAT(status, HasKind(ErrorKind::kRelationChanged)) << ddl;
    EXPECT_THAT(status, StatusMessageHas("a composite type has other members since the "
                                         "snapshot: public.pair"))
        << ddl;
  }
  EXPECT_OK(CheckAfter("COMMENT ON COLUMN pair.a IS 'x'; CREATE TYPE other AS (a int)",
                       kComposites));
}

TEST_F(RelationGuardTest, CompositesAreFoundInsideOfOtherTypes) {
  for (const char* column : {"p", "l", "n", "m", "d", "e", "r", "w"}) {
    EXPECT_OK(CheckAfter("SELECT 1", kComposites));
    ExpectedRelation expected = Expected();
    std::erase_if(expected.columns,
                  [&](const ColumnDescription& c) { return c.name != column; });
    ASSERT_THAT(expected.columns, SizeIs(1));
    EXPECT_OK(CheckTypes(*worker_, expected)) << column;
    // While the table is read: the type can change under our lock on the table.
    database_.Exec("ALTER TYPE pair DROP ATTRIBUTE b, ADD ATTRIBUTE b int");
    EXPECT_THAT(CheckTypes(*worker_, expected), HasKind(ErrorKind::kRelationChanged))
        << column;
  }
  EXPECT_OK(CheckAfter("SELECT 1", kComposites));
  database_.Exec("ALTER TABLE row_type RENAME p TO q");
  EXPECT_THAT(CheckTypes(*worker_, Expected()), StatusMessageHas("public.row_type"));
}

TEST_F(RelationGuardTest, DomainsAreComparedWithTheirBase) {
  const std::string create =
      "CREATE DOMAIN price AS numeric(9,3); CREATE DOMAIN cheap AS price; "
      "CREATE TABLE t (a cheap, b price[], c price)";
  EXPECT_OK(CheckAfter("SELECT 1", create));
  EXPECT_THAT(CheckAfter("ALTER TABLE t ALTER a TYPE numeric(9,4)", create),
              HasKind(ErrorKind::kRelationChanged));
}

TEST_F(RelationGuardTest, PartitionsMayNumberTheirColumnsOtherwise) {
  database_.Exec(
      "CREATE TABLE p (d int, v text) PARTITION BY LIST (d); CREATE TABLE p1 (junk int, "
      "v text, d "
      "int); ALTER TABLE p1 DROP junk; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN "
      "(1);"
      "INSERT INTO p VALUES (1, 'x')");
  TakeSnapshot({"public", "p"});
  EXPECT_OK(Check(Expected()));
  EXPECT_OK(EndTransaction(*worker_));
  database_.Exec("TRUNCATE p");
  EXPECT_THAT(Check(Expected()), HasKind(ErrorKind::kRelationChanged));
}

TEST_F(RelationGuardTest, LockThatIsNotGrantedIsToldInTime) {
  database_.Exec("CREATE TABLE t (id int)");
  TakeSnapshot();
  database_.Exec("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  const auto begin = std::chrono::steady_clock::now();
  const arrow::Status status = Check(Expected());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
  EXPECT_THAT(status, HasKind(ErrorKind::kLockTimeout));
  EXPECT_THAT(status, StatusMessageHas("checking public.t"));
  EXPECT_THAT(status, StatusHintHas("migration"));
  database_.Exec("ROLLBACK");
}

TEST_F(RelationGuardTest, HoldsTheLockAfterwards) {
  database_.Exec("CREATE TABLE t (id int)");
  TakeSnapshot();
  EXPECT_OK(Check(Expected()));
  EXPECT_EQ(database_.Query("SELECT string_agg(mode, ',') FROM pg_locks WHERE relation = "
                            "'t'::regclass"),
            "AccessShareLock");
}

TEST_F(RelationGuardTest, NoRightAndRowSecurityAreToldApart) {
  const ConnectionSettings settings = SettingsOf("reader");
  database_.Exec("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  TakeSnapshot();
  worker_ = Connect(settings);
  EXPECT_THAT(Check(Expected()), HasKind(ErrorKind::kPermission));
  database_.Exec("GRANT SELECT ON t TO " + role_ +
                 "; ALTER TABLE t ENABLE ROW LEVEL SECURITY");
  const arrow::Status status = Check(Expected());
  EXPECT_THAT(status, HasKind(ErrorKind::kRowSecurity));
  EXPECT_THAT(status, StatusHintHas("BYPASSRLS"));
}

TEST_F(RelationGuardTest, ViewsAreReadAndTheirTablesCheckedAfterwards) {
  const std::string create =
      "CREATE TABLE base (id int) PARTITION BY LIST (id); CREATE TABLE base_1 PARTITION "
      "OF base "
      "DEFAULT; INSERT INTO base SELECT generate_series(1, 10); CREATE VIEW t AS SELECT "
      "id, id::text "
      "AS s FROM base";
  EXPECT_OK(CheckAfter("SELECT 1", create));
  EXPECT_EQ(ValueOf(*worker_, "SELECT count(*) FROM public.t"), "10");
  EXPECT_OK(CheckLockedRelations(*worker_));

  EXPECT_OK(CheckAfter("CREATE INDEX ON base (id)", create));
  EXPECT_EQ(ValueOf(*worker_, "SELECT count(*) FROM public.t"), "10");
  EXPECT_OK(CheckLockedRelations(*worker_));

  EXPECT_OK(CheckAfter("TRUNCATE base", create));
  EXPECT_EQ(ValueOf(*worker_, "SELECT count(*) FROM public.t"), "0");
  const arrow::Status truncated = CheckLockedRelations(*worker_);
  EXPECT_THAT(truncated, HasKind(ErrorKind::kRelationChanged));
  EXPECT_THAT(truncated, StatusMessageHas("public.base_1"));

  EXPECT_OK(
      CheckAfter("CREATE TABLE other (id int); CREATE OR REPLACE VIEW t AS SELECT id, "
                 "id::text AS s FROM other",
                 create));
  EXPECT_EQ(ValueOf(*worker_, "SELECT count(*) FROM public.t"), "0");
  EXPECT_THAT(CheckLockedRelations(*worker_), StatusMessageHas("public.other"));

  EXPECT_THAT(
      CheckAfter("DROP VIEW t; CREATE VIEW t AS SELECT id, id::text AS s FROM base",
                 create),
      HasKind(ErrorKind::kRelationChanged));
}

TEST_F(RelationGuardTest, MaterializedViewsAreGuardedAsTables) {
  const std::string create =
      "CREATE MATERIALIZED VIEW t AS SELECT generate_series(1, 5) AS id";
  EXPECT_OK(CheckAfter("SELECT 1", create));
  EXPECT_THAT(CheckAfter("REFRESH MATERIALIZED VIEW t", create),
              HasKind(ErrorKind::kRelationChanged));
}

TEST_F(RelationGuardTest, ForeignTablesAreNotAskedForRows) {
  EXPECT_OK(CheckAfter(
      "SELECT 1",
      "CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA pg_catalog; DROP SERVER "
      "IF EXISTS far CASCADE; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw "
      "OPTIONS (host '/nowhere'); CREATE USER MAPPING FOR PUBLIC SERVER far; "
      "CREATE FOREIGN TABLE t (id int, v text) SERVER far"));
}

TEST_F(RelationGuardTest, HostileNamesAndNoColumns) {
  database_.Exec("CREATE TABLE \"t\"\"; DROP TABLE x; --\" (\"a\"\"b\nc\" int)");
  TakeSnapshot({"public", "t\"; DROP TABLE x; --"});
  EXPECT_OK(Check(Expected()));
  database_.Exec("CREATE TABLE none ()");
  TakeSnapshot({"public", "none"});
  EXPECT_OK(Check(Expected()));
}

TEST_F(RelationGuardTest, WideTablesPass) {
  std::string columns;
  for (int i = 0; i < 1600; ++i)
    columns += (i == 0 ? "c" : ", c") + std::to_string(i) + " int";
  database_.Exec("CREATE TABLE t (" + columns + ")");
  TakeSnapshot();
  EXPECT_OK(Check(Expected()));
}

}  // namespace
}  // namespace carmilla
