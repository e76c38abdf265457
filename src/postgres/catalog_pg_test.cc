#include "postgres/catalog.h"

#include <chrono>

#include "postgres/catalog_fixture.h"

namespace carmilla {
namespace {

using ::testing::AllOf;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(CatalogTest, ListsWhatAUserMayMean) {
  database_.Exec(
      "CREATE SCHEMA \"B\"; CREATE TABLE t (); CREATE TABLE \"B\".\"T x\" ();"
      "CREATE VIEW v AS SELECT 1 AS a; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;"
      "CREATE TABLE p (d int) PARTITION BY LIST (d);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
      "CREATE TABLE child () INHERITS (t); CREATE SEQUENCE s; CREATE TYPE c AS (a int);"
      "CREATE INDEX ON p1 (d); CREATE TEMP TABLE mine ();"
      "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER "
      "postgres_fdw;"
      "CREATE FOREIGN TABLE f (a int) SERVER far;"
      "CREATE EXTENSION pg_stat_statements");
  ASSERT_OK_AND_ASSIGN(const auto relations, ListRelations(*session()));
  std::vector<std::string> names;
  names.reserve(relations.size());
  for (const RelationSummary& relation : relations) {
    names.push_back(relation.name.ToString() + "/" +
                    std::to_string(static_cast<int>(relation.kind)));
  }
  EXPECT_THAT(names, ElementsAre("B.T x/0", "public.child/0", "public.f/4", "public.m/3",
                                 "public.p/1", "public.t/0", "public.v/2"));
}

TEST_F(CatalogTest, DescribesATable) {
  database_.Exec(
      "CREATE TABLE t (dropped int, id bigint, amount numeric(12,2) NOT NULL, tag "
      "varchar(7)[], "
      "twice int GENERATED ALWAYS AS (2) STORED, long text, PRIMARY KEY (tag, id)); "
      "ALTER TABLE t DROP dropped; COMMENT ON TABLE t IS 'all of it'; "
      "COMMENT ON COLUMN t.amount IS 'in EUR'; ALTER TABLE t ALTER long SET STORAGE "
      "EXTERNAL;"
      "INSERT INTO t (id, amount, tag, long) SELECT i, i % 4, ARRAY[i::text], "
      "repeat('x', 4000) "
      "FROM generate_series(1, 1000) i; ANALYZE t");
  const TableDescription table = Describe("t");
  EXPECT_EQ(table.name.ToString(), "public.t");
  EXPECT_EQ(table.kind, RelationKind::kTable);
  EXPECT_EQ(table.comment, "all of it");
  EXPECT_EQ(std::to_string(table.oid), database_.Query("SELECT 't'::regclass::oid"));
  ASSERT_THAT(table.columns, SizeIs(5));
  EXPECT_EQ(table.columns[0].name, "id");
  EXPECT_EQ(table.columns[0].number, 2);
  EXPECT_TRUE(table.columns[0].is_not_null);
  EXPECT_EQ(table.columns[0].distinct_values, -1);
  EXPECT_EQ(table.columns[0].correlation, 1);
  EXPECT_EQ(table.columns[1].comment, "in EUR");
  EXPECT_EQ(table.columns[1].typmod, ((12 << 16) | 2) + 4);
  EXPECT_EQ(table.columns[1].distinct_values, 4);
  EXPECT_EQ(RenderTypeName(*table.columns[2].type, table.columns[2].typmod),
            "character varying(7)[]");
  EXPECT_FALSE(table.columns[3].is_not_null);
  EXPECT_THAT(table.primary_key, ElementsAre("tag", "id"));
  EXPECT_EQ(table.estimated_rows, 1000);
  EXPECT_EQ(table.block_bytes, 8192);
  ASSERT_THAT(table.leaves, SizeIs(1));
  const LeafDescription& leaf = table.leaves[0];
  EXPECT_EQ(leaf.oid, table.oid);
  EXPECT_EQ(std::to_string(leaf.filenode),
            database_.Query("SELECT pg_relation_filenode('t')"));
  EXPECT_EQ(std::to_string(leaf.heap_bytes),
            database_.Query("SELECT pg_relation_size('t')"));
  EXPECT_THAT(leaf.toast_bytes, Gt(3'000'000));
  EXPECT_TRUE(leaf.is_heap);
  EXPECT_EQ(table.total_bytes, leaf.heap_bytes + leaf.toast_bytes);
  EXPECT_FALSE(table.has_row_security);
}

TEST_F(CatalogTest, KnowsEmptyAndNeverAnalysedTables) {
  database_.Exec(
      "CREATE TABLE none (); CREATE TABLE fresh (i int); INSERT INTO fresh VALUES (1)");
  EXPECT_EQ(Describe("none").estimated_rows, 0);
  EXPECT_THAT(Describe("none").columns, IsEmpty());
  EXPECT_EQ(Describe("fresh").estimated_rows, -1);
}

TEST_F(CatalogTest, FollowsPartitionsToTheirLeaves) {
  database_.Exec(
      "CREATE TABLE p (d int, v text) PARTITION BY RANGE (d);"
      "CREATE TABLE p_b PARTITION OF p FOR VALUES FROM (10) TO (20);"
      "CREATE SCHEMA away; CREATE TABLE away.p_c (v text, d int);"
      "ALTER TABLE p ATTACH PARTITION away.p_c FOR VALUES FROM (20) TO (30);"
      "CREATE TABLE p_a PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY LIST (d);"
      "CREATE TABLE p_a1 PARTITION OF p_a FOR VALUES IN (1);"
      "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER "
      "postgres_fdw;"
      "CREATE FOREIGN TABLE p_f PARTITION OF p FOR VALUES FROM (30) TO (40) SERVER far;"
      "INSERT INTO p SELECT 10 + i % 10, i % 3 FROM generate_series(1, 5000) i; ANALYZE "
      "p_b");
  const TableDescription table = Describe("p");
  EXPECT_EQ(table.kind, RelationKind::kPartitionedTable);
  ASSERT_THAT(table.leaves, SizeIs(4));
  EXPECT_EQ(table.leaves[0].name.ToString(), "away.p_c");
  EXPECT_EQ(table.leaves[1].name.ToString(), "public.p_a1");
  EXPECT_EQ(table.leaves[2].name.ToString(), "public.p_b");
  EXPECT_EQ(table.leaves[3].name.ToString(), "public.p_f");
  EXPECT_FALSE(table.leaves[3].is_heap);
  EXPECT_EQ(table.leaves[3].filenode, 0);
  EXPECT_EQ(table.total_bytes, table.leaves[2].heap_bytes);
  // The parent was never analysed: its largest leaf speaks for it.
  EXPECT_EQ(table.columns[1].distinct_values, 3);
  EXPECT_EQ(table.columns[0].distinct_values, 10);
}

TEST_F(CatalogTest, PartitionWithoutStatisticsIsTakenToBeAsDense) {
  database_.Exec(
      "CREATE TABLE p (d int) PARTITION BY LIST (d); CREATE TABLE p1 PARTITION OF p FOR "
      "VALUES IN "
      "(1) WITH (autovacuum_enabled = off); CREATE TABLE p2 PARTITION OF p FOR VALUES IN "
      "(2) WITH "
      "(autovacuum_enabled = off); INSERT INTO p SELECT 1 + i % 2 FROM "
      "generate_series(1, 20000) "
      "i; ANALYZE p1");
  EXPECT_THAT(Describe("p").estimated_rows, DoubleNear(20000, 1));
}

TEST_F(CatalogTest, DescribesViewsAndForeignTables) {
  database_.Exec(
      "CREATE VIEW v AS SELECT 1::int8 AS a, 'x'::text AS b;"
      "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA;"
      "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER "
      "postgres_fdw;"
      "CREATE FOREIGN TABLE f (a int) SERVER far");
  const TableDescription view = Describe("v");
  EXPECT_EQ(view.kind, RelationKind::kView);
  EXPECT_THAT(view.columns, SizeIs(2));
  EXPECT_THAT(view.leaves, IsEmpty());
  EXPECT_EQ(view.estimated_rows, -1);
  EXPECT_TRUE(view.is_populated);
  const TableDescription materialized = Describe("m");
  EXPECT_EQ(materialized.kind, RelationKind::kMaterializedView);
  EXPECT_FALSE(materialized.is_populated);
  EXPECT_THAT(materialized.leaves, SizeIs(1));
  EXPECT_EQ(Describe("f").kind, RelationKind::kForeignTable);
  EXPECT_THAT(Describe("f").leaves, IsEmpty());
}

TEST_F(CatalogTest, UnknownNameSuggestsTheNearest) {
  database_.Exec("CREATE TABLE orders (); CREATE SEQUENCE seq");
  for (const char* name : {"order", "ORDERS"}) {
    const RelationName names[] = {{"public", name}};
    const auto tables = DescribeTables(*session(), names);
    EXPECT_THAT(tables, HasKind(ErrorKind::kUnknownRelation));
    EXPECT_THAT(tables, StatusHintHas("public.orders"));
  }
  const RelationName sequence[] = {{"public", "seq"}};
  EXPECT_THAT(DescribeTables(*session(), sequence), HasKind(ErrorKind::kUnknownRelation));
  const RelationName too_long[] = {{"public", std::string(64, 'x')}};
  EXPECT_THAT(DescribeTables(*session(), too_long), HasKind(ErrorKind::kUnknownRelation));
}

TEST_F(CatalogTest, AnswersInTheOrderOfTheQuestion) {
  database_.Exec("CREATE TABLE a (); CREATE TABLE b ()");
  const RelationName names[] = {{"public", "b"}, {"public", "a"}, {"public", "b"}};
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*session(), names));
  ASSERT_THAT(tables, SizeIs(3));
  EXPECT_EQ(tables[0].name.name, "b");
  EXPECT_EQ(tables[1].name.name, "a");
  EXPECT_EQ(tables[2].name.name, "b");
  EXPECT_THAT(DescribeTables(*session(), {}), IsOkAndHolds(IsEmpty()));
}

TEST_F(CatalogTest, DescribesAThousandTablesInASecond) {
  database_.Exec(
      "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (id int "
      "PRIMARY KEY, "
      "a text, b numeric(10,2), c timestamptz, d int[], e jsonb, f uuid, g bool, h "
      "float8, j "
      "date)', i); END LOOP; END $$; ANALYZE");
  ASSERT_OK_AND_ASSIGN(const auto relations, ListRelations(*session()));
  std::vector<RelationName> names;
  names.reserve(relations.size());
  for (const RelationSummary& relation : relations) names.push_back(relation.name);
  ASSERT_THAT(names, SizeIs(1000));
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*session(), names));
  const auto duration = std::chrono::steady_clock::now() - begin;
  EXPECT_THAT(tables, SizeIs(1000));
  EXPECT_EQ(tables[999].columns.size(), 10);
  // A second on a quiet machine; the limit allows for a busy one.
  EXPECT_LT(duration, std::chrono::seconds(5));
  RecordProperty(
      "milliseconds",
      static_cast<int>(
          std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()));
}

TEST_F(CatalogTest, DoesNotWaitForDdl) {
  database_.Exec(
      "CREATE TABLE t (i int, v text); INSERT INTO t VALUES (1); ANALYZE t;"
      "CREATE TABLE u (i int)");
  const TestDatabase& database = database_;
  database.Exec("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  const TableDescription table = Describe("t");
  EXPECT_EQ(table.total_bytes, 8192);
  EXPECT_EQ(table.estimated_rows, 1);
  database.Exec("ROLLBACK");
}

TEST_F(CatalogTest, TellsWhetherAPolicyAppliesToThisRole) {
  const ConnectionSettings settings = SettingsOf("reader");
  database_.Exec(
      "CREATE TABLE t (i int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
      "CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF p FOR "
      "VALUES IN (1); ALTER TABLE p1 ENABLE ROW LEVEL SECURITY");
  EXPECT_FALSE(Describe("t").has_row_security);
  const auto reader = Connect(settings);
  const RelationName names[] = {{"public", "t"}, {"public", "p"}};
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*reader, names));
  EXPECT_TRUE(tables[0].has_row_security);
  EXPECT_TRUE(tables[1].has_row_security);
}

TEST_F(CatalogTest, WorksForARoleWithoutAnyRight) {
  const ConnectionSettings settings = SettingsOf("nobody");
  database_.Exec(
      "CREATE SCHEMA closed; CREATE TABLE closed.t (i int); INSERT INTO closed.t VALUES "
      "(1); ANALYZE closed.t; REVOKE ALL ON pg_stats FROM PUBLIC");
  const auto nobody = Connect(settings);
  const RelationName names[] = {{"closed", "t"}};
  ASSERT_OK_AND_ASSIGN(const auto tables, DescribeTables(*nobody, names));
  EXPECT_EQ(tables[0].estimated_rows, 1);
  EXPECT_EQ(tables[0].columns[0].distinct_values, 0);
}

TEST_F(CatalogTest, DescribesQueriesWithoutRunningThem) {
  database_.Exec(
      "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood, n numeric(5,1))");
  ASSERT_OK_AND_ASSIGN(
      const TableDescription query,
      DescribeQuery(*session(),
                    "SELECT m, n, 1/0 AS never, 'x' AS s FROM public.t -- all"));
  EXPECT_EQ(query.kind, RelationKind::kView);
  EXPECT_THAT(query.leaves, IsEmpty());
  ASSERT_THAT(query.columns, SizeIs(4));
  EXPECT_THAT(query.columns[0].type->enum_labels, ElementsAre("a", "b"));
  EXPECT_EQ(query.columns[1].typmod, ((5 << 16) | 1) + 4);
  EXPECT_EQ(query.columns[3].type->name, "text");
}

TEST_F(CatalogTest, AQueryMayEndWithASemicolonAndComments) {
  for (const char* sql : {"SELECT 1 AS a ;\n", "SELECT 1 AS a; -- done",
                          "SELECT 1 AS a -- done;", "SELECT 1 AS a; /* ; /* ' */ */ ;"}) {
    ASSERT_OK_AND_ASSIGN(const TableDescription query, DescribeQuery(*session(), sql));
    ASSERT_THAT(query.columns, SizeIs(1)) << sql;
    EXPECT_EQ(query.columns[0].name, "a") << sql;
  }
}

TEST_F(CatalogTest, RefusesQueriesThatCannotBeCopied) {
  database_.Exec("CREATE TABLE t (a int)");
  for (const char* sql :
       {"SELECT 1", "SELECT 1 AS a, 2 AS a", "DELETE FROM public.t",
        "DELETE FROM public.t RETURNING a", "SELECT 1 AS a; SELECT 2 AS b",
        "SELECT 1 AS a; DROP TABLE public.t; -- done", "", "SELEC 1"}) {
    EXPECT_THAT(DescribeQuery(*session(), sql), HasKind(ErrorKind::kQuery)) << sql;
  }
  EXPECT_THAT(DescribeQuery(*session(), "SELECT a FROM t"),
              HasKind(ErrorKind::kUnknownRelation));
  EXPECT_THAT(DescribeQuery(*session(), "SELECT b FROM public.t"),
              HasKind(ErrorKind::kUnknownRelation));
}

}  // namespace
}  // namespace carmilla
