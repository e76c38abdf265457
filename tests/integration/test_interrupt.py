"""Ctrl-C and SIGTERM: gone soon, the server's query cancelled, nothing half-published."""

import json
import signal
import time

import pytest

LIMIT = 5  # seconds, promised


def wait_for_reader(database):
    """Waits until the run's worker waits inside its query for the lock that the test holds."""
    for _ in range(600):
        if database.rows("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                         " AND application_name LIKE 'carmilla/%' AND state = 'active'"
                         " AND wait_event = 'advisory'"):
            return
        time.sleep(0.05)
    pytest.fail("the run never began to read")


def newest_report(project):
    return json.loads(max((project.lake / "_carmilla/runs").iterdir()).read_text())


@pytest.mark.parametrize("which, code, kind", [(signal.SIGINT, 130, "interrupted"),
                                               (signal.SIGTERM, 143, "terminated")])
def test_signal_ends_a_run_in_the_middle(project, which, code, kind):
    project.database.execute(
        "CREATE TABLE done (id int)", "INSERT INTO done VALUES (1)",
        "CREATE FUNCTION waits(int) RETURNS boolean LANGUAGE sql VOLATILE AS"
        " 'SELECT pg_catalog.pg_advisory_xact_lock_shared(42) IS NOT NULL'",
        "CREATE TABLE slow (id int)", "INSERT INTO slow VALUES (1)")
    project.configure()
    project.succeed("run")
    project.database.execute("UPDATE done SET id = 2", "UPDATE slow SET id = 2")
    project.configure(tables="  - public.done\n  - name: public.slow\n"
                             "    where: public.waits(id)")
    with project.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        process = project.start("run")
        wait_for_reader(project.database)
        process.send_signal(which)
        began = time.monotonic()
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert time.monotonic() - began < LIMIT
        # The holder still holds the lock: only a cancelled query is gone by now.
        assert project.database.rows(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'carmilla/%'"
            " AND datname = current_database()") == [(0,)]
    report = newest_report(project)
    assert report["exit_code"] == code
    assert {table["error"]["kind"] for table in report["tables"]} == {kind}
    assert project.query("SELECT id FROM done") == [["1"]]
    assert project.query("SELECT id FROM slow") == [["1"]]
    project.configure()
    project.succeed("run")
    assert project.query("SELECT id FROM slow") == [["2"]]


def test_interrupted_query_exits_130(project):
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    project.configure()
    project.succeed("run")
    process = project.start("query", "SELECT sum(a.range * b.range) FROM range(10000000) a,"
                                     " range(10000000) b")
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
