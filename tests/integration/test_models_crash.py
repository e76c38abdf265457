"""A run of models that is killed, paused, or meets another one leaves every reader the old version
or the new one, and a plain rerun puts everything right."""

import os
import signal

import pytest
from cloud_project import CloudProject
from paused_process import start_and_stop_at, wake

CONFLICT = 75
IN_A_DIRECTORY = ("store.synced", "store.renamed", "store.created",
                  "lake.manifest_put", "store.swapped", "lake.pointer_swapped")
IN_A_BUCKET = ("store.before_put", "lake.manifest_put", "lake.pointer_swapped")
# The last time that it looks at the catalog; before, a run looks whether it may publish at all,
# and on Athena at what the model reads.
LAST_LOOK = {"athena": "glue.pointer_read@3", "embedded": "glue.pointer_read@2"}


def write_model(project):
    folder = project.folder / "models"
    folder.mkdir()
    (folder / "sums.sql").write_text("SELECT count(*) AS n, sum(id) AS total FROM t")
    (folder / "sums.yaml").write_text("materialized: table")


@pytest.fixture
def published(project):
    """Table t of one row, and the model that counts it, run once."""
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    project.configure()
    project.succeed("run")
    write_model(project)
    project.succeed("models", "run")
    project.database.execute("INSERT INTO t VALUES (2)")
    project.succeed("run")
    return project


def kill_at(project, failpoint, *arguments):
    killed = start_and_stop_at(project, failpoint, *arguments)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()


def test_every_durable_step_of_a_run_may_be_its_last(published):
    old, new, seen = [["1", "1"]], [["2", "3"]], []
    for name in IN_A_DIRECTORY:
        kill_at(published, name, "models", "run")
        seen.append(published.query("SELECT n, total FROM sums"))
        published.succeed("verify", "sums")
    assert all(rows in (old, new) for rows in seen)
    swapped = IN_A_DIRECTORY.index("store.swapped")
    assert seen == [old] * swapped + [new] * (len(seen) - swapped)
    published.succeed("models", "run")
    assert published.query("SELECT n, total FROM sums") == new


def test_of_two_runs_at_once_one_publishes(published):
    paused = start_and_stop_at(published, "lake.manifest_put", "models", "run")
    published.database.execute("INSERT INTO t VALUES (3)")
    published.succeed("run")
    published.succeed("models", "run")
    code, _, err = wake(paused)
    assert code == CONFLICT, err
    assert "nothing is damaged" in err
    assert published.query("SELECT n, total FROM sums") == [["3", "6"]]
    published.succeed("verify")


def test_a_run_that_slept_behind_the_pointer_changes_nothing_when_it_wakes(published):
    paused = start_and_stop_at(published, "lake.pointer_swapped", "models", "run")
    published.database.execute("INSERT INTO t VALUES (3)")
    published.succeed("run")
    published.succeed("models", "run")
    assert wake(paused)[0] == 0
    assert published.query("SELECT n, total FROM sums") == [["3", "6"]]


@pytest.fixture
def cloud(make_project, database, servers):
    made = CloudProject(make_project(database), servers)
    database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    made.configure()
    made.project.succeed("run")
    write_model(made.project)
    return made


@pytest.mark.parametrize("engine", ["athena", "embedded"])
def test_what_a_killed_run_left_in_a_bucket_is_put_right_by_status(cloud, engine):
    run = ("models", "run", "--on", engine)
    cloud.project.succeed(*run)
    expected = [[1, 1]]
    for count, failpoint in enumerate([*IN_A_BUCKET, LAST_LOOK[engine]], start=2):
        cloud.project.database.execute(f"INSERT INTO t VALUES ({count})")
        cloud.project.succeed("run")
        kill_at(cloud.project, failpoint, *run)
        new = [[count, count * (count + 1) // 2]]
        cloud.project.succeed("status")
        shown = cloud.athena("SELECT n, total FROM sums")
        assert shown in (expected, new), failpoint
        rows = cloud.project.query("SELECT n, total FROM sums")
        assert [[int(cell) for cell in row] for row in rows] == shown, failpoint
        expected = shown
    cloud.project.succeed(*run)
    assert cloud.athena("SELECT n, total FROM sums") == new
    cloud.project.succeed("verify", "sums")
