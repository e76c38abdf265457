"""carmilla plan: the page that one reads before pressing the button, and the same as JSON."""

import fcntl
import json
import os
import pathlib
import re
import struct
import subprocess
import termios

import pytest

from pseudo_terminal import open_pseudo_terminal


@pytest.fixture(name="shop")
def shop_fixture(project):
    project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, "
        "amount numeric(12,2), discount numeric, placed_at timestamptz(3) NOT NULL, "
        "due time without time zone, tags text[])",
        "ALTER TABLE orders ALTER tags SET STORAGE PLAIN",
        "INSERT INTO orders SELECT i, i % 100, i * 1.25, 0.5, '2024-01-01', '12:00', '{a,b}' "
        "FROM generate_series(1, 20000) i",
        "CREATE TABLE customers (id bigint PRIMARY KEY, name text)",
        "INSERT INTO customers SELECT i, 'customer ' || i FROM generate_series(1, 1000) i",
        "CREATE TABLE places (id int, position gtsvector)", "VACUUM ANALYZE")
    project.configure(tables="""\
  - name: public.orders
    where: amount > 0
    partition_by: {column: placed_at, every: month, as: month}
    on_nan: null
    policies: {placed_at: {on_infinity: clamp}}
  - {name: public.customers, proof: full}
  - public.places""")
    return project


def page(text):
    """The page without what differs between servers."""
    return re.sub(r"(?s)^source .*?\ntransport", "source\ntransport", text)


def test_the_page_tells_what_a_run_would_do(shop):
    finished = shop.run("plan")
    assert finished.code == 65 and finished.err == ""
    assert page(finished.out) == """\
source
transport    stays on this machine
tables       2, and 1 REFUSED (see below), about 2.3 MiB to read
gentleness   gentle: one sequential scan at a time, which leaves the server's cache alone; sets scan method, workers (1) and connections (2) only
time         less than a second (an estimate, at 40 MB/s)
consistency  run: one snapshot for all tables; less than a second to read, max_snapshot_age 15 min 00 s
memory       at most 256.0 MiB; row groups up to 16.3 MiB, rows up to 39.2 MiB
disk         about 586.0 KiB in 2 files under ./lake (an estimate, from what is read and the compression)
policy       on_nan and on_infinity as shown for columns of 1 table; elsewhere a NaN or infinity that the target cannot hold is an error, and its table is not published

table        rows   to read  files     stored   time
orders     20,000   2.2 MiB     1+  572.0 KiB  < 1 s
customers   1,000  56.0 KiB      1   14.0 KiB  < 1 s

orders  from public.orders (table)
    one sequential scan, 1 file or more, zstd, partitioned by month (month of placed_at)
    where amount > 0
    column       PostgreSQL               Parquet                 Athena         policy
    id           bigint not null          INT64                   bigint
    customer_id  bigint not null          INT64                   bigint
    amount       numeric(12,2)            DECIMAL(12,2)           decimal(12,2)  on_nan: null
    discount     numeric                  STRING                  string
    placed_at    timestamptz(3) not null  TIMESTAMP(MICROS, UTC)  timestamp      on_infinity: clamp
    due          time                     STRING                  string
    tags         text[]                   LIST<STRING>            array<string>
    note: discount: no declared precision, so exact text; declared as numeric(p,s) with p <= 38 it would be a decimal
    note: where: is sent as written

customers  from public.customers (table)
    one sequential scan, 1 file, zstd, every value proven
    column  PostgreSQL       Parquet  Athena
    id      bigint not null  INT64    bigint
    name    text             STRING   string

places  REFUSED
    mapping column "position": no exact form for type gtsvector
    hint: declare it as text under `types:` of its table, or leave it out with `columns:`
"""


def test_the_json_tells_the_same_and_the_sizes_are_the_servers(shop):
    finished = shop.run("plan", "--json")
    assert finished.code == 65 and finished.err == ""
    plan = json.loads(finished.out)
    assert plan["format"] == 1 and plan["server"]["database"] == shop.database.name
    assert (plan["gentleness"], plan["workers"], plan["connections"]) == ("gentle", 1, 2)
    assert (plan["consistency"], plan["max_snapshot_age_seconds"]) == ("run", 900)
    tables = {table["name"]: table for table in plan["tables"]}
    for name, table in tables.items():
        (size, rows), = shop.database.rows(
            "SELECT pg_relation_size(oid) + coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0), "
            f"(SELECT count(*) FROM {name}) FROM pg_class WHERE relname = '{name}'")
        assert (table["read_bytes"], table["rows"]) == (size, rows)
        assert table["stored_bytes"] == size // 100 * 25
        assert table["relation"] == f"public.{name}" and table["kind"] == "table"
    estimate = plan["estimate"]
    for total in ("read_bytes", "stored_bytes", "files"):
        assert estimate[total] == sum(table[total] for table in plan["tables"])
    assert estimate["bytes_per_second"] == 40_000_000
    assert tables["orders"]["partition_by"] == {
        "column": "placed_at", "every": "month", "as": "month"}
    assert tables["orders"]["where"] == "amount > 0"
    assert tables["customers"]["partition_by"] is None
    assert tables["customers"]["primary_key"] == ["id"]
    assert tables["orders"]["columns"][4] == {
        "name": "placed_at", "postgres_type": "timestamp(3) with time zone", "not_null": True,
        "arrow_type": "timestamp[us, tz=UTC]", "parquet_type": "INT64 TIMESTAMP(MICROS, UTC)",
        "glue_type": "timestamp", "on_nan": "error", "on_infinity": "clamp",
        "on_out_of_range": "error", "on_precision": "floor", "on_array_shape": "error",
        "on_invalid_utf8": "error", "note": ""}
    (refused,) = plan["refused"]
    assert (refused["name"], refused["relation"]) == ("places", "public.places")
    assert refused["error"]["kind"] == "unsupported_type" and refused["error"]["hint"]
    assert plan["ignored"] == plan["notes"] == plan["not_run"] == []
    assert json.loads(shop.run("plan", "--json", "customers").out)["not_run"] == [
        "public.orders", "public.places"]


def test_every_member_is_documented(shop):
    documented = (shop_root() / "docs/formats/plan.md").read_text(encoding="utf-8")
    plan = json.loads(shop.run("plan", "--json").out)
    members = set(plan) | set(plan["estimate"]) | set(plan["server"]) | set(plan["refused"][0])
    for table in plan["tables"]:
        members |= set(table) | set(table["columns"][0])
    assert [name for name in sorted(members) if f"`{name}`" not in documented] == []


def shop_root():
    return pathlib.Path(__file__).resolve().parents[2]


def test_many_columns_are_shown_on_request_only(project):
    for number in range(9):
        columns = ", ".join(f"c{n} numeric" for n in range(9))
        project.database.execute(f"CREATE TABLE t{number} ({columns})")
    project.configure()
    out = project.succeed("plan").out
    assert out.endswith("What the 81 columns become, and 9 notes on them: "
                        "carmilla plan --columns, or carmilla plan TABLE\n")
    assert "from public.t1" not in out and len(re.findall(r"(?m)^t\d ", out)) == 9
    assert project.succeed("plan", "--columns").out.count("from public.t") == 9
    named = project.succeed("plan", "t3").out
    assert named.count("c8  ") == 1
    assert "note: c0, c1, c2, c3, c4, c5, c6, c7, c8: no declared precision" in named


@pytest.mark.since_postgres(14, "PostgreSQL 14 brought scans of ranges of blocks")
def test_gentleness_sets_the_assumed_rate(shop):
    shop.configure(tables="  - public.orders")
    for gentleness, rate in (("gentle", 40), ("balanced", 80)):
        out = shop.succeed("plan", "--set", f"gentleness={gentleness}").out
        assert f"(an estimate, at {rate} MB/s)" in out and f"\ngentleness   {gentleness}: " in out
    out = shop.succeed("plan", "--set", "gentleness=full", "--set", "threads=3").out
    assert "(an estimate, at 120 MB/s)" in out and "block ranges in parallel, 1 file" in out


def on_terminal(project, columns, *arguments, environment=None):
    """What the program prints on a terminal of so many columns."""
    leader, follower = open_pseudo_terminal()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {**project.environment, "TERM": "xterm", **(environment or {})}
    with subprocess.Popen([project.program, *arguments], cwd=project.folder, stdin=follower,
                          stdout=follower, stderr=subprocess.DEVNULL, env=variables) as process:
        os.close(follower)
        printed = b""
        while True:
            try:
                block = os.read(leader, 65536)
            except OSError:  # The other end is closed.
                break
            if not block:
                break
            printed += block
        process.wait(timeout=60)
    os.close(leader)
    return printed.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal_gets_colours_and_lines_that_fit(shop):
    shop.database.execute("CREATE TYPE public.a_mood_whose_name_is_much_longer_than_needed AS ENUM ('a')",
                          "ALTER TABLE orders ADD "
                          "a_column_of_a_very_long_name_too a_mood_whose_name_is_much_longer_than_needed")
    colours = on_terminal(shop, 80, "plan")
    assert "\x1b[31mREFUSED\x1b[0m" in colours
    for columns in (80, 120):
        plain = on_terminal(shop, columns, "plan", environment={"NO_COLOR": "1"})
        assert "\x1b" not in plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(shop, columns, "plan")) == plain
        assert max(len(line) for line in plain.splitlines()[2:]) <= columns
        assert "…" in plain
    assert "\x1b" not in shop.run("plan").out and "…" not in shop.run("plan").out


def test_tables_without_rows_count_as_many_files_as_a_run_writes(project):
    project.database.execute(
        "CREATE TABLE bare (id int)", "CREATE TABLE stable_one (id int)",
        "CREATE TABLE split (id int, at date)", "CREATE TABLE full_one AS SELECT 1 AS id",
        "CREATE TABLE parts (id int) PARTITION BY LIST (id)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1)",
        "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2)",
        "INSERT INTO parts VALUES (2)", "CREATE VIEW seen AS SELECT 1 AS id")
    project.configure(tables="""\
  - public.bare
  - {name: public.stable_one, layout: stable}
  - {name: public.split, layout: stable, partition_by: {column: at, every: day}}
  - public.full_one
  - public.parts
  - public.seen""")
    planned = {table["name"]: table["files"]
               for table in json.loads(project.succeed("plan", "--json").out)["tables"]}
    report = project.succeed("run", "--json").report()
    assert planned == {table["name"]: table["files"] for table in report["tables"]}
    assert planned == {"bare": 0, "stable_one": 1, "split": 0, "full_one": 1, "parts": 1, "seen": 1}
