"""The gentle sequential scan and the parallel block ranges write the same bytes."""

import hashlib
import json

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
