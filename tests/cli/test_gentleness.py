"""What a run leaves to others on its machine."""

import os
import pathlib

import pytest

NICE = 18  # Of the fields of /proc/.../stat, counted from 0.


def priorities(process):
    """The nice values of the threads of a process."""
    stats = [path.read_text() for path in pathlib.Path(f"/proc/{process.pid}/task").glob("*/stat")]
    # The second field is a name in parentheses, with blanks perhaps.
    return {int(stat.rsplit(") ", 1)[1].split()[NICE - 2]) for stat in stats}


@pytest.mark.parametrize("gentleness, expected", [
    ("gentle", {0, 19}), ("balanced", {0, 19}), ("full", {0})])
def test_only_a_full_run_competes_for_the_processor(kept, gate, gentleness, expected):
    kept.project.configure(tables="  - {name: public.kept, where: public.reading_gate()}",
                           extra=f"gentleness: {gentleness}\n")
    process = kept.project.start("run")
    gate.wait_for_reader(process)
    found = priorities(process)
    gate.open()
    finished = kept.project.finish(process)
    assert finished.code == 0, str(finished)
    # Where the tests themselves run with lower priority, that is added.
    assert found == {min(nice + os.nice(0), 19) for nice in expected}
