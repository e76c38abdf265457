"""What shares a snapshot, what a failure of one table does to the others, and snapshots too old."""

import json
import threading

import pytest

ACCOUNTS = 1000


@pytest.fixture
def bank(project):
    """Two tables whose sum never changes, while a writer moves money from one to the other."""
    project.database.execute(
        "CREATE TABLE checking (id int PRIMARY KEY, money int)",
        "CREATE TABLE savings (id int PRIMARY KEY, money int)",
        f"INSERT INTO checking SELECT i, 100 FROM generate_series(1, {ACCOUNTS}) i",
        f"INSERT INTO savings SELECT i, 100 FROM generate_series(1, {ACCOUNTS}) i")
    return project


def move_money(database, stop):
    with database.connect() as connection:
        step = 0
        while not stop.is_set():
            step += 1
            with connection.transaction():
                account = step * 7 % ACCOUNTS + 1
                connection.execute("UPDATE checking SET money = money - 1 WHERE id = %s", [account])
                connection.execute("UPDATE savings SET money = money + 1 WHERE id = %s", [account])


def published(project, table):
    """The manifest that the table's pointer names."""
    folder = project.lake / table
    pointer = json.loads((folder / "_carmilla/current.json").read_text())
    path = next(p for p in (folder / pointer["manifest"], project.lake / pointer["manifest"])
                if p.exists())
    return json.loads(path.read_text())


def test_run_gives_all_tables_of_one_moment(bank):
    bank.configure(extra="consistency: run")
    stop = threading.Event()
    writer = threading.Thread(target=move_money, args=(bank.database, stop))
    writer.start()
    try:
        for _ in range(5):
            bank.succeed("run")
            assert bank.query("SELECT (SELECT sum(money) FROM checking) + "
                              "(SELECT sum(money) FROM savings)") == [[str(200 * ACCOUNTS)]]
    finally:
        stop.set()
        writer.join()
    snapshots = {published(bank, t)["source"]["snapshot"] for t in ("checking", "savings")}
    assert len(snapshots) == 1
    assert bank.query("SELECT sum(money) < 100000 FROM checking") == [["true"]]


def test_table_gives_each_its_own_moment_and_says_so(bank):
    bank.configure(extra="consistency: table")
    report = bank.succeed("run", "--json").report()
    assert report["consistency"] == "table" and report["snapshot"] == ""
    for table in ("checking", "savings"):
        assert published(bank, table)["source"]["consistency"] == "table"
    assert "consistency  table" in bank.succeed("plan").out
    bank.configure(extra="consistency: run")
    bank.succeed("run")
    assert published(bank, "savings")["source"]["consistency"] == "run"


@pytest.mark.parametrize("consistency", ["run", "table"])
def test_one_table_that_fails_leaves_the_others_published(bank, consistency):
    bank.database.execute("CREATE VIEW broken AS SELECT 1 / (money - 100) AS x FROM checking",
                          "CREATE VIEW also AS SELECT NULL::gtsvector AS p")
    bank.configure(tables="  - public.broken\n  - public.also\n  - public.checking\n  - public.savings",
                   extra=f"consistency: {consistency}")
    finished = bank.run("run")
    assert finished.code == 65, str(finished)
    assert "2 of 4 tables" in finished.err and "2 failed" in finished.err
    assert "broken: FAILED" in finished.err and "also: FAILED" in finished.err
    assert "division by zero" in finished.err and "gtsvector" in finished.err
    assert bank.query("SHOW TABLES") == [["checking"], ["savings"]]
    assert bank.query("SELECT sum(money) FROM savings") == [["100000"]]


def lock_checking(holder):
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE checking IN ACCESS EXCLUSIVE MODE")


def test_a_failure_that_may_pass_is_75_and_a_final_one_wins(bank):
    bank.configure()
    bank.succeed("run")
    bank.database.execute("UPDATE savings SET money = 1",
                          "CREATE VIEW also AS SELECT NULL::gtsvector AS p")
    with bank.database.connect() as holder:
        lock_checking(holder)
        finished = bank.run("run")
        assert finished.code == 75, str(finished)
        assert "checking: FAILED" in finished.err and "1 of 2 tables" in finished.err
        bank.configure(tables="  - public.*\n  - public.also")
        assert bank.run("run").code == 65
    assert bank.query("SELECT max(money) FROM savings") == [["1"]]
    assert bank.query("SELECT sum(money) FROM checking") == [["100000"]]


def test_a_snapshot_that_grew_too_old_publishes_nothing(bank, gate):
    bank.configure(tables="  - public.savings")
    bank.succeed("run")
    bank.database.execute("UPDATE savings SET money = 1")
    before = published(bank, "savings")["run_id"]
    bank.configure(tables="  - {name: public.savings, where: public.reading_gate()}",
                   extra="max_snapshot_age: 10s\nconsistency: run")
    process = bank.start("run")
    gate.wait_for_reader(process)
    finished = bank.finish(process)  # The gate never opens: only the age can end the run.
    assert finished.code == 75, str(finished)
    assert "snapshot" in finished.err and "hint: " in finished.err
    assert published(bank, "savings")["run_id"] == before
    assert bank.query("SELECT min(money) FROM savings") == [["100"]]
    bank.database.wait_until_nobody_reads()
