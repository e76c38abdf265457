"""The tables of the benchmark: how they are made, and what proves that they arrived."""

import collections.abc
import dataclasses
import subprocess

import figures
from figures import DUCKDB, FULL, FULL_BUCKET, FULL_TLS, GENTLE, PROVEN, PSQL, PSQL_TLS
from measurement import Failed

LINEITEM = """\
CREATE TABLE lineitem (
  l_orderkey bigint NOT NULL, l_partkey bigint NOT NULL, l_suppkey bigint NOT NULL,
  l_linenumber integer NOT NULL, l_quantity numeric(15,2) NOT NULL,
  l_extendedprice numeric(15,2) NOT NULL, l_discount numeric(15,2) NOT NULL,
  l_tax numeric(15,2) NOT NULL, l_returnflag char(1) NOT NULL, l_linestatus char(1) NOT NULL,
  l_shipdate date NOT NULL, l_commitdate date NOT NULL, l_receiptdate date NOT NULL,
  l_shipinstruct char(25) NOT NULL, l_shipmode char(10) NOT NULL,
  l_comment varchar(44) NOT NULL,
  PRIMARY KEY (l_orderkey, l_linenumber))"""

EVENTS = """\
CREATE TABLE events (
  id uuid PRIMARY KEY, happened_at timestamptz NOT NULL, payload jsonb NOT NULL,
  tags text[] NOT NULL, is_paid boolean NOT NULL, score double precision NOT NULL,
  amount numeric(18,6) NOT NULL, note text)"""

# Every value follows from its row's number, so that each run makes the same table.
FILL_EVENTS = """\
INSERT INTO events
SELECT md5('id' || i)::uuid,
       timestamptz '2024-01-01 00:00:00+00' + i * interval '13.7 seconds',
       jsonb_build_object('kind', (ARRAY['view', 'click', 'order', 'refund'])[1 + i % 4],
                          'session', md5('session' || i / 9), 'page', '/products/' || i % 5003,
                          'model', 'browser ' || i % 61, 'load_ms', i * 7919 % 4000,
                          'items', jsonb_build_array(i % 97, i % 89, i % 83)),
       ARRAY['tag' || i % 50, 'country' || i % 30, 'release' || i % 7],
       i % 3 = 0, sqrt(i) * 1.5, (i * 7919 % 100000007)::numeric / 1000,
       CASE WHEN i % 10 >= 3 THEN 'note ' || i || ': ' || md5('note' || i) END
FROM generate_series(1::bigint, {num_rows}) i"""


# What proves a column of a type, whatever the order of its rows and the time zone.
PROOFS = {
    "bigint": "sum({})", "integer": "sum({})", "numeric": "sum({})", "text": "sum(length({}))",
    "char": "sum(length(rtrim({})))",  # Whether the spaces are kept is the contender's choice.
    "boolean": "count(*) FILTER (WHERE {})",
    "date": "sum({} - date '1970-01-01')",
    "timestamptz": "sum((extract(epoch FROM {}) * 1000000)::bigint)",
    "double precision": "sum(floor({} * 1000)::bigint)",  # Sums of fractions depend on order.
}


def proof_of(column, kind):
    """An aggregate that PostgreSQL and DuckDB agree on, over a column of a type."""
    return PROOFS[kind.partition("(")[0]].format(column)


@dataclasses.dataclass(frozen=True)
class Table:
    """A table and the aggregates, in SQL that PostgreSQL and DuckDB agree on, that prove it.

    Every column has at least one.
    """

    name: str
    definition: str
    proofs: tuple
    fill: str | None = None  # SQL that makes {num_rows} rows.
    rows_per_scale: int = 0
    known: dict = dataclasses.field(default_factory=dict)  # Of a scale: proofs as published.
    contenders: tuple = (PSQL, DUCKDB, FULL, GENTLE, PROVEN)
    figures: collections.abc.Callable = figures.beside_peers
    stored_proofs: tuple | None = None  # The proofs in DuckDB's words where they differ.
    configured: str | None = None  # What stands under `tables:` when it is not the name.
    generated: dict = dataclasses.field(default_factory=dict)  # Tables, and TPC-H's for each.
    instead: dict = dataclasses.field(default_factory=dict)  # Tables of those who read others.

    def read_by(self, contender):
        return self.instead.get(contender, self)


TABLES = {
    "lineitem": Table("lineitem", LINEITEM, (
        "count(*)", "sum(l_extendedprice)", *(
            proof_of(column, kind) for column, kind in (
                ("l_orderkey", "bigint"), ("l_partkey", "bigint"), ("l_suppkey", "bigint"),
                ("l_linenumber", "integer"), ("l_quantity", "numeric"),
                ("l_discount", "numeric"), ("l_tax", "numeric"), ("l_shipdate", "date"),
                ("l_commitdate", "date"), ("l_receiptdate", "date"),
                ("l_shipinstruct", "char"), ("l_shipmode", "char"), ("l_comment", "text"))),
        "min(l_shipdate)", "max(l_receiptdate)",
        "count(*) FILTER (WHERE l_returnflag = 'R')",
        "count(*) FILTER (WHERE l_linestatus = 'F')",
        "count(*) FILTER (WHERE l_shipmode LIKE 'MAIL%')"),
        known={1.0: ("6001215", "229577310901.20")},
        generated={"lineitem": "lineitem"},
        contenders=(PSQL, DUCKDB, FULL, GENTLE, PROVEN, PSQL_TLS, FULL_TLS, FULL_BUCKET),
        figures=figures.with_tls_and_bucket),
    "events": Table("events", EVENTS, (
        "count(*)", "sum(amount)", "count(note)", "sum(length(note))",
        "sum(array_length(tags, 1))", "min(id::text)", "sum(length(payload::text))",
        "sum(length(array_to_string(tags, ',')))", "max(id::text)",
        proof_of("is_paid", "boolean"), proof_of("score", "double precision"),
        proof_of("happened_at", "timestamptz")),
        fill=FILL_EVENTS, rows_per_scale=2_000_000),
}


def query(psql, environment, sql):
    """Runs SQL on the server; returns the fields of its only row."""
    done = subprocess.run([psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql], env=environment,
                          check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr)
    return tuple(done.stdout.strip().split("|"))


def fill(table, source, psql, environment, generator, scale):
    """Pipes the generator's rows of `source` into the server."""
    with subprocess.Popen([generator, "csv", "--scale-factor", str(scale), "--tables", source,
                           "--stdout"], stdout=subprocess.PIPE) as rows:
        loaded = subprocess.run([psql, "-Xq", "-v", "ON_ERROR_STOP=1", "-c",
                                 f"\\copy {table} FROM STDIN WITH (FORMAT csv, HEADER)"],
                                env=environment, check=False, stdin=rows.stdout)
    if rows.returncode != 0 or loaded.returncode != 0:
        raise Failed(f"loading {table}: the generator or psql failed")


def expect(table, psql, environment):
    """What the proofs say on the server."""
    return query(psql, environment, f"SELECT {', '.join(table.proofs)} FROM {table.name}")


def make(table, psql, environment, generator, scale):
    """Makes a table and leaves the server nothing to tidy up; returns what the proofs say."""
    query(psql, environment, table.definition)
    for name, source in table.generated.items():
        fill(name, source, psql, environment, generator, scale)
    if table.fill is not None:
        query(psql, environment, table.fill.format(num_rows=int(table.rows_per_scale * scale)))
    # Without this the first reader would pay for everybody's hint bits.
    query(psql, environment, "VACUUM (FREEZE, ANALYZE)")
    query(psql, environment, "CHECKPOINT")
    found = expect(table, psql, environment)
    known = table.known.get(scale, ())
    if found[:len(known)] != known:
        raise Failed(f"{table.name} is not the published table: {found} instead of {known}")
    return found
