"""A folder in which the built program is run, with a database and a lake."""

import dataclasses
import json
import os
import pathlib
import subprocess

DEFAULT_TIMEOUT = 120


@dataclasses.dataclass
class Finished:
    """A finished run of the program."""

    code: int
    out: str
    err: str

    def __str__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"

    def report(self):
        """The last event of a run with --json."""
        last = json.loads(self.out.splitlines()[-1])
        assert last.pop("event") == "report", str(self)
        return last


class Project:
    """A folder with a carmilla.yaml, and the program to run in it."""

    def __init__(self, folder, database):
        self.folder = pathlib.Path(folder)
        self.database = database
        self.program = os.environ["CARMILLA_PROGRAM"]
        self.lake = self.folder / "lake"
        self.environment = {**os.environ, "DATABASE_URL": database.source()}
        for name in ("CARMILLA_CONFIG", "CARMILLA_LOG", "PGHOST", "PGPORT", "PGUSER"):
            self.environment.pop(name, None)

    def configure(self, tables="  - public.*", extra=""):
        keys = {"postgres": "env:DATABASE_URL", **self.database.source_keys}
        connection = ", ".join(f"{key}: {value}" for key, value in keys.items())
        (self.folder / "carmilla.yaml").write_text(
            f"connections:\n  app: {{{connection}}}\nsource: app\n"
            f"lake: {{path: ./lake}}\n{extra}\ntables:\n{tables}\n", encoding="utf-8")

    def start(self, *arguments, environment=None, **options):
        """Starts the program and returns the process; the caller waits for it."""
        return subprocess.Popen(
            [self.program, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**self.environment, **(environment or {})}, **options)

    def finish(self, process, timeout=DEFAULT_TIMEOUT):
        """Waits for a started program."""
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return Finished(process.returncode, out, err)

    def run(self, *arguments, environment=None, timeout=DEFAULT_TIMEOUT, **options):
        return self.finish(self.start(*arguments, environment=environment, **options), timeout)

    def succeed(self, *arguments, **options):
        finished = self.run(*arguments, **options)
        assert finished.code == 0, str(finished)
        return finished

    def query(self, sql):
        """Rows of the lake as lists of text, by the embedded engine."""
        lines = self.succeed("query", "--csv", sql).out.splitlines()
        return [line.split(",") for line in lines[1:]]
