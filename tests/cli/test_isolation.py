"""Tasks that each run in a process of their own: what one does to itself, others do not feel."""

import json
import os
import pathlib
import signal
import sys
import time

import pytest

PROGRAM = pathlib.Path(os.environ["CARMILLA_PROGRAM"]).parent / "tests/unruly_tasks"
ROWS = 20_000
SECRETS = {"PGPASSWORD": "moonlight", "AWS_SECRET_ACCESS_KEY": "moonlight",
           "SHOP_KEY": "moonlight", "TASK_FLAVOUR": "lemon"}


@pytest.fixture
def shop(project):
    project.database.execute(
        "CREATE TABLE numbers (id bigint PRIMARY KEY, amount numeric(12,2),"
        " note text NOT NULL, at timestamptz NOT NULL, code uuid NOT NULL)",
        "INSERT INTO numbers SELECT i, nullif(i % 7, 0) * 1.01, repeat('note ' || i, 5),"
        " timestamptz '2024-01-01 00:00Z' + i * interval '10 min',"
        f" md5(i::text)::uuid FROM generate_series(1, {ROWS}) i")
    project.program = str(PROGRAM)
    configure(project, "process")
    return project


def configure(project, isolation, extra="threads: 2"):
    project.configure(tables="  - public.numbers", extra=f"isolation: {isolation}\n{extra}")


def is_published(project, table):
    return (project.lake / table / "_carmilla/current.json").exists()


def files_of(folder):
    """All data files of a lake, without the names of runs."""
    return {"/".join(part for part in path.relative_to(folder).parts if "Z-" not in part):
            path.read_bytes() for path in folder.rglob("*.parquet")}


def child_of(process):
    """The process of the task that a run has begun."""
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[1] == str(process.pid):
            return int(path.parent.name)
    return None


def is_alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def await_line(process, text):
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"never said {text}")


def test_both_isolations_write_the_same_bytes(shop):
    shop.succeed("run", "same")
    in_processes = files_of(shop.lake)
    configure(shop, "thread")
    shop.lake.rename(shop.folder / "first")
    shop.succeed("run", "same")
    on_threads = files_of(shop.lake)
    assert sorted(in_processes) == sorted(on_threads)
    assert {name.split("/")[0] for name in on_threads} == {
        "streamed", "parallel", "joined", "by_month", "quotients"}
    assert in_processes == on_threads
    assert len([name for name in on_threads if name.startswith("by_month/dt=")]) >= 5
    assert shop.query("SELECT count(*) FROM quotients WHERE quotient IS NULL") == [["4000"]]


UNRULY = [
    ("crash", 65, "task", "the task's process was ended by SIGSEGV"),
    ("abort", 65, "task", "the task's process was ended by SIGABRT"),
    ("exit", 65, "task", "exited before the task returned, with code 3"),
    ("kill", 65, "task", "was ended by SIGKILL"),
    ("throw", 65, "task", "the task threw: no moon tonight"),
    ("fail", 65, "task", "the amounts do not add up"),
    ("hoard", 70, "out_of_memory", "the task's process may use no more memory than"),
    ("hoard_for_ever", 70, "out_of_memory", "may use no more memory than"),
    ("remember", 70, "out_of_memory", "the task's process may use no more memory than"),
    ("loop", 75, "timeout", "it took longer than its time limit: 1.0 s"),
    ("stale", 65, "stale_header", "id is bigint and was integer"),
]


@pytest.mark.parametrize("name, code, kind, message", UNRULY)
def test_a_task_that_ends_badly_ends_alone(shop, name, code, kind, message):
    done = shop.run("run", "numbers", name, "good", "--json")
    assert done.code == code, str(done)
    report = done.report()
    assert report["exit_code"] == code
    failed = [table for table in report["tables"] if "error" in table]
    assert [table["name"] for table in failed] == [name]
    assert failed[0]["error"]["kind"] == kind, failed
    assert message in failed[0]["error"]["message"], failed
    assert is_published(shop, "numbers") and is_published(shop, "good")
    assert not is_published(shop, f"{name}_rows")
    assert shop.query("SELECT count(*) FROM good") == [[str(ROWS)]]


def test_signals_that_the_run_was_started_without_are_those_of_its_tasks(shop):
    starter = shop.folder / "starter"
    starter.write_text(
        f"#!{sys.executable}\nimport os, signal, sys\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGALRM})\n"
        f"os.execv({str(PROGRAM)!r}, [{str(PROGRAM)!r}, *sys.argv[1:]])\n", encoding="utf-8")
    starter.chmod(0o755)
    shop.program = str(starter)
    gate = shop.folder / "gate"
    process = shop.start("run", "wait", environment={"TASK_GATE": str(gate)})
    await_line(process, "waiting")
    status = pathlib.Path(f"/proc/{child_of(process)}/status").read_text(encoding="utf-8")
    assert "SigBlk:\t0000000000000000\n" in status
    gate.touch()
    assert shop.finish(process).code == 0
    assert "was ended by SIGSEGV" in shop.run("run", "crash").err


def test_the_summary_names_a_crash_and_its_cure(shop):
    done = shop.run("run", "crash", "good")
    assert done.code == 65
    assert "crash" in done.err and "was ended by SIGSEGV" in done.err
    assert "hint: look for a mistake in the task's code" in done.err
    assert "kind: task, exit code 65" in done.err


def test_a_task_after_one_that_crashed_is_not_begun(shop):
    done = shop.run("run", "crash", "after_crash", "good", "--json")
    errors = {table["name"]: table["error"]["message"] for table in done.report()["tables"]
              if "error" in table}
    assert sorted(errors) == ["after_crash", "crash"], str(done)
    assert "the task before it failed: crash" in errors["after_crash"]
    assert is_published(shop, "good")


def test_what_a_task_prints_goes_where_the_run_prints(shop):
    done = shop.succeed("run", "print")
    assert "told on standard error" in done.err
    assert "told on standard output" in done.out


def test_the_process_has_neither_credentials_nor_connections(shop):
    gate = shop.folder / "gate"
    environment = {**SECRETS, "TASK_GATE": str(gate)}
    process = shop.start("run", "wait", environment=environment)
    await_line(process, "waiting")
    child = child_of(process)
    variables = pathlib.Path(f"/proc/{child}/environ").read_bytes().decode().split("\0")
    names = {variable.partition("=")[0] for variable in variables if variable}
    assert "moonlight" not in "".join(variables)
    assert not names & {"DATABASE_URL", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "SHOP_KEY"}
    assert {"PATH", "TASK_FLAVOUR", "TASK_GATE"} <= names
    descriptors = {int(path.name): os.readlink(path)
                   for path in pathlib.Path(f"/proc/{child}/fd").iterdir()}
    assert sorted(descriptors) == [0, 1, 2, 3, 4]
    assert descriptors[0] == "/dev/null"
    assert descriptors[3].startswith("socket:") and descriptors[4].startswith("pipe:")
    # Gentle: everybody else on the machine goes first.
    stat = pathlib.Path(f"/proc/{child}/stat").read_text(encoding="utf-8")
    assert stat.rpartition(")")[2].split()[16] == "19"
    gate.touch()
    assert shop.finish(process).code == 0
    assert is_published(shop, "wait_rows")


@pytest.mark.parametrize("which, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stop_is_passed_on(shop, which, code):
    process = shop.start("run", "wait", environment={"TASK_GATE": "/nowhere"})
    await_line(process, "waiting")
    process.send_signal(which)
    done = shop.finish(process)
    assert done.code == code, str(done)
    assert "did not end when it was asked to stop" not in done.err
    assert not is_published(shop, "wait_rows")


def test_a_task_that_does_not_look_at_its_stop_is_killed(shop):
    process = shop.start("run", "endless")
    await_line(process, "looping")
    child = child_of(process)
    process.send_signal(signal.SIGINT)
    done = shop.finish(process)
    assert done.code == 130, str(done)
    assert "task endless did not end when it was asked to stop" in done.err
    assert not is_alive(child)


def test_no_process_outlives_a_run_that_is_killed(shop):
    process = shop.start("run", "endless")
    await_line(process, "looping")
    child = child_of(process)
    assert is_alive(child)
    process.kill()
    process.communicate(timeout=30)
    wait_until(lambda: not is_alive(child))


def test_a_program_without_tasks_takes_no_notice(project):
    project.database.execute("CREATE TABLE one (id int)", "INSERT INTO one VALUES (1)")
    project.configure(extra="isolation: process")
    project.succeed("run")
    assert project.query("SELECT id FROM one") == [["1"]]


def test_an_unknown_isolation_is_refused_with_its_place(shop):
    configure(shop, "container")
    done = shop.run("run", "good")
    assert done.code == 78 and "isolation" in done.err and "thread or process" in done.err


def test_the_report_of_the_run_names_what_ended(shop):
    shop.run("run", "abort", "good")
    newest = max((shop.lake / "_carmilla/runs").iterdir())
    report = json.loads(newest.read_text(encoding="utf-8"))
    errors = {table["name"]: table["error"]["message"] for table in report["tables"]
              if "error" in table}
    assert list(errors) == ["abort"] and "SIGABRT" in errors["abort"]
