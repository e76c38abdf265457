"""The gentle sequential scan and the parallel block ranges write the same bytes."""

import hashlib
import json
import re

import pyarrow.parquet as parquet
import pytest

from database import server_version


def files_of(project, table):
    """Contents of the current version's files by what their key says after the run id."""
    pointer = json.loads((project.lake / table / "_carmilla/current.json").read_bytes())
    manifest = json.loads((project.lake / table / pointer["manifest"]).read_bytes())
    digests = {}
    for file in manifest["files"]:
        name = file["key"].replace(pointer["run_id"], "RUN")
        digests[name] = hashlib.sha256((project.lake / table / file["key"]).read_bytes()).hexdigest()
    return digests, manifest


@pytest.fixture
def large(project):
    # About 200 MB of heap: several ranges of 64 MiB, with dead rows and empty blocks inside.
    project.database.execute(
        "CREATE TABLE large (id int, at timestamptz, pad text) WITH (autovacuum_enabled = off)",
        "ALTER TABLE large ALTER pad SET STORAGE PLAIN",
        "INSERT INTO large SELECT i, '2024-01-01'::timestamptz + i * interval '1 minute',"
        " repeat(md5(i::text), 55) FROM generate_series(1, 100000) i",
        "DELETE FROM large WHERE id BETWEEN 30000 AND 36000 OR id % 7 = 0", "ANALYZE large")
    return project


def test_gentle_and_full_write_the_same_bytes(large):
    large.configure(extra="gentleness: gentle")
    large.succeed("run")
    gentle, manifest = files_of(large, "large")
    assert manifest["plan"]["scan"] == "sequential"
    assert len(gentle) >= 3
    large.configure(extra="gentleness: full\nthreads: 3")
    large.succeed("run")
    full, manifest = files_of(large, "large")
    # Older servers have no scan of a range of blocks.
    assert manifest["plan"]["scan"] == ("ranges" if server_version() >= 140000 else "sequential")
    assert full == gentle


def test_ranges_neither_lose_nor_double_rows(large):
    large.configure(extra="gentleness: full\nthreads: 2")
    large.succeed("run")
    expected = large.database.rows("SELECT count(*), sum(id), count(DISTINCT id) FROM large")[0]
    assert large.query("SELECT count(*), sum(id), count(DISTINCT id) FROM large") == [
        [str(value) for value in expected]]


@pytest.mark.parametrize("gentleness", ["gentle", "full"])
def test_rows_out_of_order_are_refused_by_every_scan(large, gentleness):
    # The server reads the ids from a hash of the other table and looks each one up.
    large.database.execute(
        "CREATE INDEX ON large (id)",
        "CREATE TABLE wanted AS SELECT (i * 7919) % 100000 AS id FROM generate_series(1, 99) i",
        "ANALYZE wanted")
    large.configure(extra=f"gentleness: {gentleness}", tables=(
        "  - name: public.large\n    where: id IN (SELECT w.id FROM public.wanted w)"))
    done = large.run("run")
    assert done.code == 64, done.err
    assert "rows came out of physical order" in done.err
    assert not (large.lake / "large/_carmilla/current.json").exists()


def test_partitions_hold_their_window_only(large):
    large.configure(tables="  - name: public.large\n    partition_by:"
                           " {column: at, every: week, as: wk}")
    large.succeed("run")
    _, manifest = files_of(large, "large")
    assert manifest["partition_columns"] == ["wk"]
    for file in manifest["files"]:
        week = file["partition"]["wk"]
        times = parquet.read_table(large.lake / "large" / file["key"],
                                   partitioning=None)["at"].to_pylist()
        assert {(time.date().isoformat() >= week) for time in times} == {True}
        assert (max(times).date() - min(times).date()).days < 7
    count = large.database.rows("SELECT count(*) FROM large")[0][0]
    assert large.query("SELECT count(*), count(DISTINCT wk) FROM large") == [
        [str(count), str(len({file["partition"]["wk"] for file in manifest["files"]}))]]


def test_partitioned_parent_is_read_leaf_by_leaf(project):
    project.database.execute(
        "CREATE TABLE events (id int, day date, note text) PARTITION BY RANGE (day)",
        "CREATE TABLE events_a PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
        # A leaf whose columns stand in another order, with a dropped one between.
        "CREATE TABLE events_b (note text, gone int, day date, id int)",
        "ALTER TABLE events_b DROP gone",
        "ALTER TABLE events ATTACH PARTITION events_b FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
        "CREATE TABLE events_c PARTITION OF events DEFAULT PARTITION BY LIST (id)",
        "CREATE TABLE events_d PARTITION OF events_c DEFAULT",
        "INSERT INTO events SELECT i, '2024-01-01'::date + i % 100, 'n' || i"
        " FROM generate_series(1, 1000) i")
    for gentleness in ("gentle", "full"):
        project.configure(extra=f"gentleness: {gentleness}")
        project.succeed("run")
        assert project.query("SELECT count(*), sum(id), min(note), max(day) FROM events") == [
            [str(v) for v in project.database.rows(
                'SELECT count(*), sum(id), min(note COLLATE "C"), max(day) FROM events')[0]]]
        # Leaves are not tables of their own.
        assert [p.name for p in project.lake.iterdir() if not p.name.startswith("_")] == ["events"]


BLOCK_BYTES = 8192
RANGE_BYTES = 64 << 20


def boundaries(database, table):
    """The first block of every range of a table but the first, as they are planned."""
    blocks = int(database.rows(f"SELECT pg_relation_size('{table}')")[0][0]) // BLOCK_BYTES
    ranges = -(-blocks * BLOCK_BYTES // RANGE_BYTES)
    return range(-(-blocks // ranges), blocks, -(-blocks // ranges))


@pytest.fixture
def keyed(project):
    # As `large`, with a key of two columns; many rows about a boundary differ in one only.
    project.database.execute(
        "CREATE TABLE keyed (half int, at timestamptz, id int, pad text, PRIMARY KEY (id, half))"
        " WITH (autovacuum_enabled = off)",
        "ALTER TABLE keyed ALTER pad SET STORAGE PLAIN",
        "INSERT INTO keyed SELECT i % 2, '2024-01-01'::timestamptz + i / 40000 * interval '1 day',"
        " i / 2, repeat(md5(i::text), 55) FROM generate_series(1, 100000) i", "ANALYZE keyed")
    return project


def both_ways(project, table):
    """Runs gently and fully; proves that nothing is lost and that the files are the same."""
    written = []
    for gentleness in ("gentle", "full"):
        project.configure(extra=f"gentleness: {gentleness}")
        project.succeed("run")
        written.append(files_of(project, table)[0])
    assert written[0] == written[1]
    assert project.query(f"SELECT count(*), sum(id) FROM {table}") == [
        [str(value) for value in project.database.rows(f"SELECT count(*), sum(id) FROM {table}")[0]]]
    return len(written[0])


def test_a_key_tells_where_files_begin(keyed):
    first, second, *_ = boundaries(keyed.database, "keyed")
    keyed.database.execute(
        # Rows about one boundary are gone, some behind another one have moved to the end, which
        # moves both a little.
        f"DELETE FROM keyed WHERE ctid >= '({first - 2},0)' AND ctid < '({first + 3},3)'",
        f"UPDATE keyed SET pad = pad || 'x' WHERE ctid >= '({second},0)' AND ctid < '({second + 8},0)'")
    first, second, *_ = boundaries(keyed.database, "keyed")
    assert keyed.database.rows(
        f"SELECT count(*) FROM keyed WHERE ctid IN ('({first},1)', '({second},1)')") == [(0,)]
    assert both_ways(keyed, "keyed") >= 3
    # Whatever else has no key is read with ctid, in the same files.
    keyed.database.execute("ALTER TABLE keyed DROP CONSTRAINT keyed_pkey")
    with_key, _ = files_of(keyed, "keyed")
    keyed.configure(extra="gentleness: gentle")
    keyed.succeed("run")
    assert files_of(keyed, "keyed")[0] == with_key


@pytest.mark.parametrize("is_vacuumed", [False, True])
def test_a_range_without_rows_makes_no_file(keyed, is_vacuumed):
    first, second, *_ = boundaries(keyed.database, "keyed")
    whole = both_ways(keyed, "keyed")
    keyed.database.execute(f"DELETE FROM keyed WHERE ctid >= '({first},0)' AND ctid < '({second},0)'")
    if is_vacuumed:
        keyed.database.execute("VACUUM keyed")
    assert both_ways(keyed, "keyed") == whole - 1


def test_a_refused_value_is_named_by_its_row_in_its_range(keyed):
    second = boundaries(keyed.database, "keyed")[1]
    keyed.database.execute(f"UPDATE keyed SET at = 'infinity' WHERE ctid >= '({second},0)'"
                           f" AND ctid < '({second + 1},0)'")
    keyed.configure(extra="gentleness: gentle")
    done = keyed.run("run")
    assert done.code == 65, done.err
    place = re.search(r"row ([\d,]+) (WHERE ctid >= '\(\d+,0\)'::tid(?: AND ctid < '\(\d+,0\)'::tid)?): "
                      'column "at": holds infinity', done.err)
    if server_version() < 140000:
        assert place is None and "(ctid (" in done.err
        return
    number = int(place[1].replace(",", ""))
    assert keyed.database.rows(f"SELECT at::text FROM keyed {place[2]} OFFSET {number - 1} LIMIT 1") == [
        ("infinity",)]
    # Without the key its place is told.
    keyed.database.execute("ALTER TABLE keyed DROP CONSTRAINT keyed_pkey")
    done = keyed.run("run")
    assert done.code == 65 and "(ctid (" in done.err, done.err


def test_owners_of_row_security_and_generated_columns_are_read(project):
    generated = ", twice int GENERATED ALWAYS AS (id * 2) STORED" if server_version() >= 120000 else ""
    project.database.execute(
        f"CREATE TABLE guarded (id int PRIMARY KEY, pad text{generated})",
        "INSERT INTO guarded (id, pad) SELECT i, repeat('x', 100) FROM generate_series(1, 30000) i",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE MATERIALIZED VIEW copied AS SELECT * FROM guarded",
        "CREATE TABLE parted (id int, pad text) PARTITION BY LIST (id)",
        "CREATE TABLE part PARTITION OF parted DEFAULT",
        "INSERT INTO parted SELECT id, pad FROM guarded")
    project.configure(extra="gentleness: gentle", tables=(
        "  - public.guarded\n  - public.copied\n  - public.parted"))
    project.succeed("run")
    for table in ("guarded", "copied", "parted"):
        assert project.query(f"SELECT count(*), sum(id), min(pad) FROM {table}") == [
            [str(value) for value in project.database.rows(
                f"SELECT count(*), sum(id), min(pad) FROM {table}")[0]]]
