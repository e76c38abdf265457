#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "testing/test_database.h"
#include "types/postgres_type.h"
#include "types/test_types.h"

namespace carmilla {
namespace {

constexpr const char* kColumns = R"(
  CREATE TABLE t (
    c1 bool, c2 int2, c3 int4, c4 int8, c5 oid, c6 float4, c7 float8, c8 numeric,
    c9 numeric(12,2), c12 numeric(1000,1000),
    c13 text, c14 varchar, c15 varchar(20), c16 char(3), c17 bpchar, c18 name, c19 "char",
    c20 bytea, c21 date, c22 time, c23 time(3), c24 timetz, c25 timetz(0), c26 timestamp,
    c27 timestamp(0), c28 timestamptz, c29 timestamptz(6), c30 interval, c31 interval(2),
    c32 interval year, c33 interval month, c34 interval day, c35 interval hour,
    c36 interval minute, c37 interval second, c38 interval second(4),
    c39 interval year to month, c40 interval day to hour, c41 interval day to minute,
    c42 interval day to second, c43 interval day to second(1), c44 interval hour to minute,
    c45 interval hour to second, c46 interval minute to second, c47 uuid, c48 json,
    c49 jsonb, c50 text[], c51 numeric(12,2)[], c52 varchar(7)[], c53 bit(4), c54 varbit(5),
    c55 varbit, c56 int2vector, c57 oidvector, c58 "bit", c59 money, c60 point, c61 inet,
    c62 timestamptz(3)[], c64 xid8, c65 int4range, c66 tsvector))";
constexpr const char* kColumnsSince15 = R"(
  ALTER TABLE t ADD c10 numeric(3,-2), ADD c11 numeric(2,5),
    ADD c63 numeric(1000,-1000))";

// The catalog reader lives above types; this is as much of it as a column without user
// types needs.
PostgresTypePointer TypeOf(const std::vector<std::string>& row) {
  PostgresType type{.oid = static_cast<uint32_t>(std::stoul(row[0])),
                    .schema = "pg_catalog",
                    .name = row[1]};
  if (row[2] != "0") {
    type.kind = PostgresTypeKind::kArray;
    type.element = BuiltInType(static_cast<uint32_t>(std::stoul(row[2])), row[3]);
  }
  return std::make_shared<const PostgresType>(type);
}

TEST(PostgresTypePgTest, EveryBuiltInNameIsAsFormatTypePrintsIt) {
  const TestDatabase database;
  database.Exec(kColumns);
  const bool is_since_15 = database.version() >= 150000;
  if (is_since_15) database.Exec(kColumnsSince15);
  const auto rows = database.QueryRows(R"(
      SELECT t.oid, t.typname, coalesce(e.oid, 0), e.typname, a.atttypmod,
             format_type(a.atttypid, a.atttypmod)
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
      WHERE a.attrelid = 't'::regclass AND a.attnum > 0 ORDER BY a.attnum)");
  ASSERT_EQ(rows.size(), is_since_15 ? 66U : 63U);
  for (const auto& row : rows) {
    EXPECT_EQ(RenderTypeName(*TypeOf(row), std::stoi(row[4])), row[5]);
  }
}

}  // namespace
}  // namespace carmilla
