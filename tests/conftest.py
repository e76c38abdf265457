"""What every end-to-end test has: the built program, a database and a lake of its own."""

import dataclasses
import json
import os
import pathlib
import subprocess
import uuid

import pytest

from aws_servers import AwsServers
from cloud_project import CloudProject
from cloud_proxy import CloudProxy
from database import Database, server_version
from kinds_of_server import ManagedServer, managed_database

DEFAULT_TIMEOUT = 120


def pytest_configure(config):
    config.addinivalue_line("markers", "since_postgres(version, reason): needs that server")
    config.addinivalue_line("markers", "only_postgres(version, reason): needs exactly that one")


def pytest_runtest_setup(item):
    for name, fits in (("since_postgres", int.__ge__), ("only_postgres", int.__eq__)):
        for mark in item.iter_markers(name):
            version, reason = mark.args
            if not fits(server_version() // 10000, version):
                pytest.skip(reason)


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


@pytest.fixture
def make_database():
    """Makes databases with the options of Database; removed afterwards."""
    databases = []

    def make(**options):
        name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
        databases.append(Database(name, template="template0", **options))
        return databases[-1]

    yield make
    for made in databases:
        made.drop()


@pytest.fixture
def database(make_database):
    return make_database()


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


@pytest.fixture
def project(tmp_path, database):
    return Project(tmp_path, database)


@pytest.fixture
def make_project(tmp_path):
    """Makes the project of a database that is not the test's own."""
    return lambda database: Project(tmp_path, database)


# A lake on AWS, as stand-ins answer for it; the servers are those of a test file.


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    started = AwsServers(tmp_path_factory.mktemp("aws"))
    yield started
    started.stop()


@pytest.fixture
def cloud(project, servers):
    return CloudProject(project, servers)


@pytest.fixture
def proxy(cloud, servers):
    """Stands before all services of the test's project."""
    made = CloudProxy(servers)
    cloud.project.environment |= made.environment
    yield made
    made.close()


# Servers like those that people have; see kinds_of_server.py.


def managed_server(tmp_path_factory, name, **options):
    server = ManagedServer(tmp_path_factory.mktemp(name), **options)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rds_server(tmp_path_factory):
    yield from managed_server(tmp_path_factory, "rds")


@pytest.fixture(scope="session")
def aurora_server(tmp_path_factory):
    yield from managed_server(tmp_path_factory, "aurora", is_aurora=True)


@pytest.fixture
def plain_database(database):
    return database


@pytest.fixture
def rds_database(rds_server):
    yield from managed_database(rds_server)


@pytest.fixture
def aurora_database(aurora_server):
    yield from managed_database(aurora_server)


@pytest.fixture(params=["plain", "rds", "aurora"])
def any_kind_of_database(request):
    """A test with this runs once against each kind of server."""
    return request.getfixturevalue(f"{request.param}_database")
