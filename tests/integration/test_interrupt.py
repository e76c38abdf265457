"""Ctrl-C, SIGTERM and SIGHUP: gone soon, the server's query cancelled, nothing half-published."""

import json
import pathlib
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


def hangs_up_as_usual():
    """For a child: SIGHUP ends it, even where the tests themselves run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def ignores_hanging_up():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.fixture
def slow(project):
    """Two tables, published as 1, that hold 2 by now; who reads `slow` waits for a lock."""
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
    return project


@pytest.mark.parametrize("which, code, kind", [(signal.SIGINT, 130, "interrupted"),
                                               (signal.SIGTERM, 143, "terminated"),
                                               (signal.SIGHUP, 129, "hung_up")])
def test_signal_ends_a_run_in_the_middle(slow, which, code, kind):
    with slow.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        process = slow.start("run", preexec_fn=hangs_up_as_usual)
        wait_for_reader(slow.database)
        process.send_signal(which)
        began = time.monotonic()
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert time.monotonic() - began < LIMIT
        assert err.count(f"kind: {kind}, exit code {code}; see `carmilla errors {kind}`") == 1
        assert err.count("carmilla: ") == 1 and "FAILED" not in err, err
        assert "stopped: 2 tables not read to the end" in err
        slow.database.wait_until_nobody_reads()  # The lock is held: only a cancelled query goes.
    report = newest_report(slow)
    assert report["exit_code"] == code
    assert {table["error"]["kind"] for table in report["tables"]} == {kind}
    assert slow.query("SELECT id FROM done") == [["1"]]
    assert slow.query("SELECT id FROM slow") == [["1"]]
    slow.configure()
    slow.succeed("run")
    assert slow.query("SELECT id FROM slow") == [["2"]]


def test_a_terminal_that_closes_may_hang_up_often(slow):
    with slow.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        process = slow.start("run", preexec_fn=hangs_up_as_usual)
        wait_for_reader(slow.database)
        while process.poll() is None:
            process.send_signal(signal.SIGHUP)
        assert process.wait() == 129, process.communicate()[1]
        slow.database.wait_until_nobody_reads()  # The lock is held: only a cancelled query goes.
    assert newest_report(slow)["exit_code"] == 129


def test_a_run_under_nohup_goes_on_when_its_terminal_closes(slow):
    with slow.database.connect() as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        process = slow.start("run", preexec_fn=ignores_hanging_up)
        wait_for_reader(slow.database)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        mask = {line.split()[0]: line.split()[1] for line in status.splitlines()
                if line.startswith("Sig")}
        is_in = {name: int(mask[name], 16) >> (signal.SIGHUP - 1) & 1
                 for name in ("SigIgn:", "SigBlk:", "SigCgt:")}
        # Ignored and not blocked: the kernel throws it away.
        assert is_in == {"SigIgn:": 1, "SigBlk:": 0, "SigCgt:": 0}
        process.send_signal(signal.SIGHUP)
        holder.execute("SELECT pg_advisory_unlock(42)")
        assert slow.finish(process).code == 0
    assert slow.query("SELECT id FROM slow") == [["2"]]


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
