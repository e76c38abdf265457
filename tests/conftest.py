"""What every end-to-end test has: the built program, a database and a lake of its own."""

import dataclasses
import os
import pathlib
import subprocess
import uuid

import psycopg
import pytest

DEFAULT_TIMEOUT = 120


@dataclasses.dataclass
class Finished:
    """A finished run of the program."""

    code: int
    out: str
    err: str

    def __str__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


def server_settings():
    """PGHOST, PGPORT, PGUSER of the test server, as tools/postgres_server.py wrote them."""
    path = os.environ.get("CARMILLA_TEST_POSTGRES_ENV")
    if not path:
        pytest.exit("CARMILLA_TEST_POSTGRES_ENV is not set: run the tests by ctest")
    lines = pathlib.Path(path).read_text(encoding="utf-8").split()
    return dict(line.split("=", 1) for line in lines if "=" in line)


class Database:
    """A throwaway database; removed by the fixture."""

    def __init__(self, name, template=None, encoding=None):
        self.name = name
        self.settings = server_settings()
        options = (f" TEMPLATE {template}" if template else "") + (
            f" ENCODING '{encoding}' LOCALE 'C'" if encoding else "")
        self.admin(f'CREATE DATABASE "{name}"{options}')

    def conninfo(self, user=None, dbname=None, **more):
        keywords = {"host": self.settings["PGHOST"], "port": self.settings["PGPORT"],
                    "user": user or self.settings["PGUSER"], "dbname": dbname or self.name}
        keywords.update(more)
        return " ".join(f"{key}={value}" for key, value in keywords.items())

    def connect(self, **more):
        return psycopg.connect(self.conninfo(**more), autocommit=True)

    def admin(self, sql):
        with self.connect(dbname="postgres") as connection:
            connection.execute(sql)

    def execute(self, *statements):
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, sql):
        with self.connect() as connection:
            return connection.execute(sql).fetchall()

    def drop(self):
        self.admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


@pytest.fixture
def database():
    made = Database(f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}", template="template0")
    yield made
    made.drop()


class Project:
    """A folder with a carmilla.yaml, and the program to run in it."""

    def __init__(self, folder, database):
        self.folder = pathlib.Path(folder)
        self.database = database
        self.program = os.environ["CARMILLA_PROGRAM"]
        self.lake = self.folder / "lake"
        self.environment = {**os.environ, "DATABASE_URL": database.conninfo()}
        for name in ("CARMILLA_CONFIG", "CARMILLA_LOG", "PGHOST", "PGPORT", "PGUSER"):
            self.environment.pop(name, None)

    def configure(self, tables="  - public.*", extra=""):
        (self.folder / "carmilla.yaml").write_text(
            "connections:\n  app: {postgres: env:DATABASE_URL}\nsource: app\n"
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


@pytest.fixture
def project(tmp_path, database):
    return Project(tmp_path, database)
