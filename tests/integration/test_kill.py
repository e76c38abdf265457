"""SIGKILL at random times: readers see the old or the new version, and a plain rerun repairs all."""

import json
import random
import signal
import subprocess
import threading
import time

import pyarrow.parquet as parquet
import pytest

KILLS_PER_LAYOUT = 100  # 200 in all
TABLES = ("accounts", "entries")
ROWS = {"accounts": 500, "entries": 3000}


def current_manifest(lake, table):
    """The version that the pointer names at this moment, or None."""
    try:
        pointer = json.loads((lake / table / "_carmilla/current.json").read_bytes())
    except FileNotFoundError:
        return None
    return json.loads((lake / table / pointer["manifest"]).read_bytes())


def read_version(lake, table):
    """Reads every file of the current version with an independent reader: (rows, balance)."""
    manifest = current_manifest(lake, table)
    if manifest is None:
        return None
    rows = balance = 0
    for file in manifest["files"]:
        stored = lake / table / file["key"]
        assert stored.stat().st_size == file["bytes"], stored
        values = parquet.read_table(stored, columns=["version"]).column(0).to_pylist()
        assert len(values) == file["rows"], stored
        rows += len(values)
        balance += sum(values)
    return rows, balance


class Reader(threading.Thread):
    """Looks at the lake all the time, as a query would."""

    def __init__(self, lake):
        super().__init__(daemon=True)
        self.lake = lake
        self.looks = 0
        self.wrong = []
        self.done = threading.Event()

    def run(self):
        while not self.done.is_set():
            for table in TABLES:
                seen = read_version(self.lake, table)
                self.looks += 1
                # Every version has all its rows, and all of one version number.
                if seen and (seen[0] != ROWS[table] or seen[1] % ROWS[table] != 0):
                    self.wrong.append((table, seen))


@pytest.mark.parametrize("layout", ["versioned", "stable"])
def test_readers_see_old_or_new_while_runs_are_killed(project, layout):
    for table in TABLES:
        project.database.execute(
            f"CREATE TABLE {table} (id int PRIMARY KEY, version int NOT NULL, note text)",
            f"INSERT INTO {table} SELECT i, 0, repeat('x', 50)"
            f" FROM generate_series(1, {ROWS[table]}) i")
    project.configure(extra=f"defaults: {{layout: {layout}}}")
    began = time.monotonic()
    project.succeed("run")
    longest = time.monotonic() - began
    reader = Reader(project.lake)
    reader.start()
    generator = random.Random(20260102)
    killed = version = 0
    while killed < KILLS_PER_LAYOUT:
        version += 1
        for table in TABLES:
            project.database.execute(f"UPDATE {table} SET version = {version}")
        process = project.start("run")
        try:
            process.wait(timeout=generator.uniform(0, longest))
        except subprocess.TimeoutExpired:  # the moment to kill has come
            process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    reader.done.set()
    reader.join()
    assert reader.wrong == []
    assert reader.looks > 100
    project.succeed("run")
    for table in TABLES:
        assert read_version(project.lake, table) == (ROWS[table], ROWS[table] * version)
    if layout == "stable":
        for table in TABLES:
            values = parquet.read_table(project.lake / table / f"{table}.parquet",
                                        columns=["version"]).column(0).to_pylist()
            assert set(values) == {version}
    project.succeed("verify")
    assert project.query("SELECT max(version), min(version) FROM entries") == [
        [str(version)] * 2]
