"""DDL in the midst of reading a table: what would tear it waits, the rest does not matter."""

import threading

import psycopg
import pytest

COUNT = "SELECT count(*), sum(id), count(note) FROM kept"
ALL = [["100", "5050", "100"]]
GATED = "  - {name: public.kept, where: public.reading_gate()}"


@pytest.fixture
def reading(kept, gate):
    """A run that has read no row of `kept` yet and holds its lock."""
    kept.project.configure(tables=GATED)
    process = kept.project.start("run")
    gate.wait_for_reader(process)
    yield process
    process.kill()


def finish(kept, gate, process):
    gate.open()
    return kept.project.finish(process)


def finish_with_ddl_behind(kept, gate, process, statement, waits):
    """Lets DDL wait for the reader, as the SQL in `waits` sees; then both must come to their end,
    and no row is missing."""
    ddl = threading.Thread(target=kept.project.database.execute, args=(statement,))
    ddl.start()
    gate.wait_until(process, waits)
    finished = finish(kept, gate, process)
    ddl.join(timeout=60)
    assert not ddl.is_alive()
    assert finished.code == 0, str(finished)
    assert kept.project.query(COUNT) == ALL


def test_what_would_tear_the_table_waits_for_the_reader(kept, gate, reading):
    with kept.project.database.connect() as connection:
        connection.execute("SET lock_timeout = '20ms'")
        for statement in (
                "TRUNCATE kept", "DROP TABLE kept", "ALTER TABLE kept ALTER id TYPE bigint",
                "ALTER TABLE kept ALTER id TYPE oid", "VACUUM FULL kept",
                "CLUSTER kept USING kept_pkey", "ALTER TABLE kept SET UNLOGGED",
                "ALTER TABLE kept RENAME TO other", "ALTER TABLE kept RENAME note TO notes",
                "ALTER TABLE kept ADD c int", "ALTER TABLE kept DROP note"):
            with pytest.raises(psycopg.errors.LockNotAvailable):
                connection.execute(statement)
    finished = finish(kept, gate, reading)
    assert finished.code == 0, str(finished)
    assert "reading again" not in finished.err
    assert kept.project.query(COUNT) == ALL


def test_other_writers_and_index_builders_are_not_held_up(kept, gate, reading):
    with kept.project.database.connect() as connection:
        connection.execute("SET lock_timeout = '10s'")
        for statement in ("INSERT INTO kept VALUES (1000, 'new')", "DELETE FROM kept WHERE id < 50",
                          "UPDATE kept SET note = NULL", "CREATE INDEX ON kept (note)",
                          "ANALYZE kept", "VACUUM kept", "GRANT SELECT ON kept TO PUBLIC"):
            connection.execute(statement)
    finished = finish(kept, gate, reading)
    assert finished.code == 0, str(finished)
    assert kept.project.query(COUNT) == ALL


def test_an_index_built_concurrently_waits_for_the_snapshot(kept, gate, reading):
    kept.project.database.execute("CREATE TABLE elsewhere (id int)")
    finish_with_ddl_behind(
        kept, gate, reading, "CREATE INDEX CONCURRENTLY elsewhere_id ON elsewhere (id)",
        waits="SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE "
              "'CREATE INDEX CONCURRENTLY%' AND wait_event = 'virtualxid' "
              "AND datname = current_database()")


@pytest.mark.parametrize("statement", [
    "TRUNCATE kept", "DROP TABLE kept", "ALTER TABLE kept ALTER id TYPE bigint"])
def test_a_waiting_migration_runs_after_the_reader_and_the_rows_are_complete(
        kept, gate, reading, statement):
    finish_with_ddl_behind(
        kept, gate, reading, statement,
        waits="SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = "
              "'kept'::regclass")
    assert kept.current_run("kept") != kept.run_id


def test_labels_of_an_enum_that_change_in_the_midst_are_noticed(kept, gate):
    kept.project.database.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')",
                                  "ALTER TABLE kept ADD mood mood DEFAULT 'sad'")
    kept.project.configure(tables=GATED)
    process = kept.project.start("run")
    gate.wait_for_reader(process)
    kept.project.database.execute("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
    finished = finish(kept, gate, process)
    assert finished.code == 0, str(finished)
    assert "an enum has other labels since the snapshot: " in finished.err, str(finished)
    assert kept.project.query("SELECT DISTINCT mood FROM kept") == [["blue"]]


def test_a_table_locked_by_a_migration_fails_alone_with_75(kept, gate):
    kept.project.configure(tables="  - public.gate_view\n  - public.kept", extra="threads: 1")
    process = kept.project.start("run")
    gate.wait_for_reader(process)
    with kept.project.database.connect() as migration, migration.transaction():
        migration.execute("LOCK TABLE kept IN ACCESS EXCLUSIVE MODE")
        gate.open()
        finished = kept.project.finish(process)
    kept.survives(finished, 75, "gate_view: 1 row", "kept: FAILED",
                  "canceling statement due to lock timeout",
                  "hint: another session holds a lock on it")


def test_a_reader_that_an_operator_ends_is_repeated(kept, gate, reading):
    ended = kept.project.database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%reading_gate%' "
        "AND application_name LIKE 'carmilla/%' AND datname = current_database()")
    assert ended == [(True,)]
    finished = finish(kept, gate, reading)
    assert finished.code == 0, str(finished)
    assert kept.project.query(COUNT) == ALL
