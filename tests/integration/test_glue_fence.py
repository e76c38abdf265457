"""A process that was paused or killed on its way to Glue never leaves Athena with a mixture, and
never moves a table back."""

import os
import signal

import pytest
from cloud_project import CloudProject
from paused_process import start_and_stop_at, wake

# The second time: the first one is when a run looks whether it may publish at all.
FAIL_POINTS = ("lake.pointer_swapped", "glue.pointer_read@2", "glue.table_shown@2",
               "glue.partitions_created@2")


@pytest.fixture
def published(project, servers):
    """Table t with two days, one row in each."""
    cloud = CloudProject(project, servers)
    project.database.execute("CREATE TABLE t (id int, at date)",
                             "INSERT INTO t VALUES (1, '2024-05-01'), (2, '2024-05-02')")
    cloud.configure(tables="  - name: public.t\n    partition_by: {column: at, every: day}")
    project.succeed("run")
    return cloud


def days(cloud):
    return cloud.athena("SELECT dt, count(*) AS n FROM t GROUP BY dt ORDER BY dt")


@pytest.mark.parametrize("failpoint", FAIL_POINTS)
def test_a_run_that_slept_does_not_move_the_table_back(published, failpoint):
    published.project.database.execute("INSERT INTO t VALUES (3, '2024-05-03')")
    paused = start_and_stop_at(published.project, failpoint, "run")
    published.project.database.execute("DELETE FROM t WHERE id = 1",
                                       "INSERT INTO t VALUES (4, '2024-05-03')")
    published.project.succeed("run")
    newest = published.current_run("t")
    wake(paused)
    assert days(published) == [["2024-05-02", 1], ["2024-05-03", 2]]
    assert published.table("t")["Parameters"]["carmilla.run_id"] == newest
    assert all(newest in place for place in published.locations("t").values())


@pytest.mark.parametrize("failpoint", FAIL_POINTS)
def test_what_a_killed_run_left_is_put_right_by_status(published, failpoint):
    published.project.database.execute("DELETE FROM t WHERE id = 1",
                                       "INSERT INTO t VALUES (3, '2024-05-03')")
    killed = start_and_stop_at(published.project, failpoint, "run")
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    published.project.succeed("status")
    assert days(published) == [["2024-05-02", 1], ["2024-05-03", 1]]
