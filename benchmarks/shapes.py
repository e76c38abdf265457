"""Shapes that programs stumble over: wide tables, many tables, partitions, long rows."""

import figures
from figures import FULL, GENTLE, PSQL
from tables import Table, proof_of

NUM_TABLES = 1000
NUM_PARTITIONS = 50

WIDE_KINDS = (
    ("id", "bigint", "i * {n}"),
    ("name", "text", "'name ' || i % 1000 || ' of {n}'"),
    ("amount", "numeric(12,2)", "(i * {n} % 1000003)::numeric / 100"),
    ("at", "timestamptz", "timestamptz '2024-01-01 00:00:00+00' + i * interval '{n} seconds'"),
    ("share", "double precision", "sqrt(i) * {n}"),
    ("is", "boolean", "i % {n} = 0"),
)
WIDE_COLUMNS = [(f"{kind[0]}_{n}", kind[1], kind[2].format(n=n))
                for n in range(1, 51) for kind in WIDE_KINDS]  # 300 of them

MAKE_MANY = """\
CREATE SCHEMA tiny;
DO $$
BEGIN
  FOR n IN 1 .. %d LOOP
    EXECUTE format('CREATE TABLE tiny.t%%s (id bigint PRIMARY KEY, name text, at timestamptz, '
                   'amount numeric(10,2))', n);
    EXECUTE format('INSERT INTO tiny.t%%s SELECT i, ''name '' || i, now(), i * 1.5 '
                   'FROM generate_series(1, 100) i', n);
  END LOOP;
END $$;
CREATE VIEW tiny AS %s"""
MANY = " UNION ALL ".join(f"SELECT * FROM tiny.t{n}" for n in range(1, NUM_TABLES + 1))

MAKE_PARTITIONED = """\
CREATE TABLE visits (id bigint NOT NULL, visited_on date NOT NULL, page text, spent numeric(10,2))
PARTITION BY RANGE (visited_on);
DO $$
BEGIN
  FOR n IN 0 .. %d LOOP
    EXECUTE format('CREATE TABLE visits_%%s PARTITION OF visits FOR VALUES FROM (%%L) TO (%%L)', n,
                   date '2024-01-01' + 7 * n, date '2024-01-01' + 7 * (n + 1));
  END LOOP;
END $$"""


def beside_psql(name, definition, fill, rows_per_scale, proofs):
    return Table(name, definition, proofs, fill, rows_per_scale,
                 contenders=(PSQL, FULL, GENTLE), figures=figures.beside_psql)


SHAPES = {
    "wide": beside_psql(
        "wide", f"CREATE TABLE wide ({', '.join(f'{n} {t}' for n, t, _ in WIDE_COLUMNS)})",
        f"INSERT INTO wide SELECT {', '.join(e for _, _, e in WIDE_COLUMNS)} "
        "FROM generate_series(1::bigint, {num_rows}) i",
        40_000, ("count(*)", *(proof_of(name, kind) for name, kind, _ in WIDE_COLUMNS))),
    # Rows of 100 KB that nothing compresses: hexadecimal digests of their place.
    "long_rows": beside_psql(
        "long_rows", "CREATE TABLE long_rows (id bigint, body text);"
        "ALTER TABLE long_rows ALTER body SET STORAGE EXTERNAL",
        "INSERT INTO long_rows SELECT i, (SELECT string_agg(md5((i * 3125 + n)::text), '') "
        "FROM generate_series(1, 3125) n) FROM generate_series(1::bigint, {num_rows}) i",
        4_000, ("count(*)", "sum(id)", "sum(length(body))", "min(left(body, 20))",
                "max(right(body, 20))")),
    "visits": beside_psql(
        "visits", MAKE_PARTITIONED % (NUM_PARTITIONS - 1),
        f"INSERT INTO visits SELECT i, date '2024-01-01' + (i % {7 * NUM_PARTITIONS})::int, "
        "'/products/' || i % 5003, (i % 100003)::numeric / 100 "
        "FROM generate_series(1::bigint, {num_rows}) i",
        4_000_000, ("count(*)", "sum(id)", "sum(spent)", "sum(length(page))",
                    proof_of("visited_on", "date"))),
    "tiny": Table(
        "tiny", MAKE_MANY % (NUM_TABLES, MANY),
        ("count(*)", "sum(id)", "sum(amount)", "sum(length(name))",
         proof_of("\"at\"", "timestamptz")), "SELECT 1",
        contenders=(FULL, GENTLE), figures=figures.per_table(NUM_TABLES), configured='"tiny.*"'),
}
