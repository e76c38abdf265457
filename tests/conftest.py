"""What every end-to-end test has: the built program, a database and a lake of its own."""

import os
import uuid

import pytest

from aws_servers import AwsServers
from cloud_project import CloudProject
from cloud_proxy import CloudProxy
from database import Database, server_version
from kinds_of_server import ManagedServer, managed_database
from project import Project


def pytest_configure(config):
    config.addinivalue_line("markers", "since_postgres(version, reason): needs that server")
    config.addinivalue_line("markers", "only_postgres(version, reason): needs exactly that one")


def pytest_runtest_setup(item):
    for name, fits in (("since_postgres", int.__ge__), ("only_postgres", int.__eq__)):
        for mark in item.iter_markers(name):
            version, reason = mark.args
            if not fits(server_version() // 10000, version):
                pytest.skip(reason)


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
