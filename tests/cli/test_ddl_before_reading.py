"""Every kind of DDL between the snapshot and the first read of a table: never a short table."""

import pytest

TABLES = "  - public.gate_view\n  - public.kept"
ONE_SNAPSHOT = "threads: 1\nconsistency: run"
RESTART = "reading again under a new snapshot, because of"
COUNT = "SELECT count(*), sum(id), count(note) FROM kept"
ALL = [["100", "5050", "100"]]


def run_with(kept, gate, *statements, tables=TABLES, extra=ONE_SNAPSHOT):
    """Runs; when the snapshot is taken and `kept` not yet read, executes the statements."""
    kept.project.configure(tables=tables, extra=extra)
    process = kept.project.start("run")
    gate.wait_for_reader(process)
    kept.project.database.execute(*statements)
    gate.open()
    return kept.project.finish(process)


REWRITES = {
    "truncate": (["TRUNCATE kept"], [["0", "", "0"]]),
    "type_change_with_rewrite": (["ALTER TABLE kept ALTER id TYPE bigint USING id + 1"],
                                 [["100", "5150", "100"]]),
    "volatile_default": (["ALTER TABLE kept ADD c float8 DEFAULT random()"], ALL),
    "vacuum_full": (["VACUUM FULL kept"], ALL),
    "cluster": (["CLUSTER kept USING kept_pkey"], ALL),
    "set_unlogged": (["ALTER TABLE kept SET UNLOGGED"], ALL),
    "drop_and_create": (["DROP TABLE kept", "CREATE TABLE kept AS SELECT 7 AS id, 'x' AS note"],
                        [["1", "7", "1"]]),
    "swapped_names": (["ALTER TABLE kept RENAME TO old",
                       "CREATE TABLE kept AS SELECT 8 AS id, NULL::text AS note"],
                      [["1", "8", "0"]]),
}


@pytest.mark.parametrize("name", REWRITES)
def test_a_rewritten_table_is_read_again_under_a_new_snapshot(kept, gate, name):
    statements, expected = REWRITES[name]
    finished = run_with(kept, gate, *statements)
    assert finished.code == 0, str(finished)
    assert f"{RESTART} checking public.kept: " in finished.err, str(finished)
    assert kept.project.query(COUNT) == expected
    kept.project.succeed("verify")


MEANINGS = {
    "int4_to_oid": ("ALTER TABLE kept ALTER id TYPE oid", "id", "BIGINT"),
    "timestamp_to_timestamptz": ("ALTER TABLE kept ALTER seen TYPE timestamptz", "seen",
                                 "TIMESTAMP WITH TIME ZONE"),
    "varchar_to_text": ("ALTER TABLE kept ALTER word TYPE text", "word", "VARCHAR"),
    "numeric_precision": ("ALTER TABLE kept ALTER price TYPE numeric(10;2)", "price",
                          "DECIMAL(10;2)"),
    "renamed_column": ("ALTER TABLE kept RENAME seen TO moment", "moment", "TIMESTAMP"),
    "dropped_column": ("ALTER TABLE kept DROP seen", "word", "VARCHAR"),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_another_meaning_of_the_same_bytes_is_never_published(kept, gate, name):
    statement, column, type_name = MEANINGS[name]
    kept.project.database.execute(
        "ALTER TABLE kept ADD seen timestamp DEFAULT '2024-06-01 00:00:00', "
        "ADD word varchar(9) DEFAULT 'w', ADD price numeric(9,2) DEFAULT 1.5")
    finished = run_with(kept, gate, statement.replace(";", ","))
    assert finished.code == 0, str(finished)
    assert RESTART in finished.err, str(finished)
    assert kept.project.query(f"SELECT DISTINCT replace(typeof({column}), ',', ';') FROM kept") == [
        [type_name]]
    assert kept.is_complete()
    if column in ("seen", "moment"):
        assert kept.project.query(f"SELECT DISTINCT epoch({column})::bigint FROM kept") == [
            ["1717200000"]]


def test_relabelled_enums_are_read_again(kept, gate):
    kept.project.database.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')",
                                  "ALTER TABLE kept ADD mood mood DEFAULT 'sad'")
    finished = run_with(kept, gate, "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
    assert finished.code == 0, str(finished)
    assert "an enum has other labels since the snapshot" in finished.err, str(finished)
    assert kept.project.query("SELECT DISTINCT mood FROM kept") == [["blue"]]


@pytest.mark.parametrize("statement", [
    "ALTER TABLE kept ADD c int DEFAULT 5",
    "ALTER TABLE kept ALTER note SET NOT NULL",
    "CREATE INDEX ON kept (note)",
    "DELETE FROM kept WHERE id > 3",
    "UPDATE kept SET id = id + 1000",
    "ANALYZE kept",
])
def test_what_the_snapshot_survives_needs_no_restart(kept, gate, statement):
    finished = run_with(kept, gate, statement)
    assert finished.code == 0, str(finished)
    assert RESTART not in finished.err, str(finished)
    assert kept.project.query(COUNT) == ALL


@pytest.mark.parametrize("statement", ["DROP TABLE kept", "ALTER TABLE kept RENAME TO moved",
                                       "ALTER TABLE kept SET SCHEMA aside"])
def test_a_table_that_went_away_fails_alone_and_its_last_version_stays(kept, gate, statement):
    kept.project.database.execute("CREATE SCHEMA aside")
    finished = run_with(kept, gate, statement)
    kept.survives(finished, 65, RESTART, "kept: FAILED", "no such relation: public.kept",
                  "gate_view: 1 row", "1 of 2 tables")


@pytest.mark.parametrize("consistency", ["run", "table"])
def test_a_table_of_a_pattern_that_went_away_fails_alone(kept, gate, consistency):
    kept.project.database.execute("DROP TABLE IF EXISTS other", "CREATE TABLE other (id int)")
    finished = run_with(
        kept, gate, "DROP TABLE kept", extra=f"threads: 1\nconsistency: {consistency}",
        tables="  - public.gate_view\n  - {name: public.*, exclude: [gate_steps]}")
    kept.survives(finished, 65, "kept: FAILED", "the table was dropped meanwhile: public.kept",
                  "hint: its last version stays in the lake", "2 of 3 tables")


def test_a_dropped_column_that_is_configured_is_named(kept, gate):
    tables = "  - public.gate_view\n  - {name: public.kept, columns: [id, note]}"
    finished = run_with(kept, gate, "ALTER TABLE kept RENAME note TO notes", tables=tables)
    kept.survives(finished, 65, RESTART, "no such column: note", 'hint: did you mean "notes"?')


def test_a_revoked_right_fails_the_table_alone(kept, gate, make_role):
    role = make_role()
    kept.project.database.execute(
        f"GRANT SELECT ON kept, gate_steps, gate_view TO {role}")
    kept.project.environment["DATABASE_URL"] = kept.project.database.conninfo(user=role)
    finished = run_with(kept, gate, f"REVOKE SELECT ON kept FROM {role}")
    kept.survives(finished, 77, "permission denied for table kept", "gate_view: 1 row",
                  "hint: grant the role what it needs")


def test_a_partition_that_is_emptied_or_dropped_is_noticed(kept, gate):
    kept.project.database.execute(
        "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20)",
        "INSERT INTO parts SELECT generate_series(1, 19)")
    tables = "  - public.gate_view\n  - public.parts"
    for statement, rows in (("TRUNCATE parts_1", "10"), ("DROP TABLE parts_2", "0")):
        finished = run_with(kept, gate, statement, tables=tables)
        assert finished.code == 0, str(finished)
        assert f"{RESTART} checking public.parts_" in finished.err, str(finished)
        assert kept.project.query("SELECT count(*) FROM parts") == [[rows]]
        gate.close_again()


def test_partitions_that_come_and_go_do_not_change_what_is_read(kept, gate):
    kept.project.database.execute(
        "CREATE TABLE parts (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20)",
        "CREATE TABLE parts_3 AS SELECT generate_series(20, 29) AS id",
        "INSERT INTO parts SELECT generate_series(1, 19)")
    finished = run_with(
        kept, gate, "ALTER TABLE parts ATTACH PARTITION parts_3 FOR VALUES FROM (20) TO (30)",
        "ALTER TABLE parts DETACH PARTITION parts_2", "INSERT INTO parts VALUES (0)",
        tables="  - public.gate_view\n  - public.parts")
    assert finished.code == 0, str(finished)
    assert kept.project.query("SELECT count(*), min(id), max(id) FROM parts") == [["19", "1", "19"]]


def test_a_refreshed_materialised_view_is_read_again(kept, gate):
    kept.project.database.execute(
        "CREATE MATERIALIZED VIEW sums AS SELECT sum(id) AS total FROM kept")
    finished = run_with(kept, gate, "DELETE FROM kept WHERE id > 2",
                        "REFRESH MATERIALIZED VIEW sums",
                        tables="  - public.gate_view\n  - public.sums")
    assert finished.code == 0, str(finished)
    assert f"{RESTART} checking public.sums" in finished.err, str(finished)
    assert kept.project.query("SELECT total FROM sums") == [["3"]]


def test_a_table_beneath_a_view_is_guarded_as_well(kept, gate):
    kept.project.database.execute("CREATE VIEW above AS SELECT id FROM kept")
    finished = run_with(kept, gate, "VACUUM FULL kept", "TRUNCATE kept",
                        tables="  - public.gate_view\n  - public.above")
    assert finished.code == 0, str(finished)
    assert RESTART in finished.err and "public.kept" in finished.err, str(finished)
    assert kept.project.query("SELECT count(*) FROM above") == [["0"]]
    assert kept.is_complete()


def test_a_table_that_changes_each_time_ends_with_75(kept, gate):
    kept.project.configure(tables=TABLES, extra=ONE_SNAPSHOT)
    process = kept.project.start("run")
    for is_first in (True, False):
        gate.wait_for_reader(process)
        kept.project.database.execute("TRUNCATE kept")
        gate.open(closes_for_next_snapshot=is_first)
    finished = kept.project.finish(process)
    kept.survives(finished, 75, RESTART, "checking public.kept: it was truncated or rewritten",
                  "hint: ", "gate_view: 1 row")


def test_a_snapshot_for_each_table_needs_no_restart(kept, gate):
    finished = run_with(kept, gate, "TRUNCATE kept", extra="threads: 1\nconsistency: table")
    assert finished.code == 0, str(finished)
    assert RESTART not in finished.err
    assert kept.project.query("SELECT count(*) FROM kept") == [["0"]]
