"""A paused process that wakes after another run published cannot publish any more."""

import pytest
from paused_process import start_and_stop_at, wake


@pytest.fixture
def published(project):
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    project.configure()
    project.succeed("run")
    return project


def test_run_that_paused_before_the_swap_is_refused(published):
    published.database.execute("INSERT INTO t VALUES (2)")
    paused = start_and_stop_at(published, "lake.manifest_put", "run")
    published.database.execute("INSERT INTO t VALUES (3)")
    published.succeed("run")
    code, _, err = wake(paused)
    assert code == 75, err
    assert "nothing is damaged" in err
    assert published.query("SELECT count(*) FROM t") == [["3"]]
    published.succeed("verify")


def test_run_that_paused_after_the_swap_changes_nothing_when_it_wakes(published):
    published.database.execute("INSERT INTO t VALUES (2)")
    paused = start_and_stop_at(published, "lake.pointer_swapped", "run")
    assert published.query("SELECT count(*) FROM t") == [["2"]]
    published.database.execute("INSERT INTO t VALUES (3)")
    published.succeed("run")
    wake(paused)
    assert published.query("SELECT count(*) FROM t") == [["3"]]


def test_paused_run_cannot_move_a_stable_name_back(project):
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    project.configure(extra="defaults: {layout: stable}")
    project.succeed("run")
    project.database.execute("INSERT INTO t VALUES (2)")
    paused = start_and_stop_at(project, "lake.pointer_swapped", "run")
    project.database.execute("INSERT INTO t VALUES (3)")
    project.succeed("run")
    newest = (project.lake / "t/t.parquet").read_bytes()
    wake(paused)
    assert (project.lake / "t/t.parquet").read_bytes() == newest
