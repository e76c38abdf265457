"""A throwaway database of the test server, or of another one."""

import functools
import os
import pathlib
import time

import psycopg

LONGEST_WAIT = 60


def server_settings():
    """PGHOST, PGPORT, PGUSER of the test server, as tools/postgres_server.py wrote them."""
    path = os.environ.get("CARMILLA_TEST_POSTGRES_ENV")
    if not path:
        raise SystemExit("CARMILLA_TEST_POSTGRES_ENV is not set: run the tests by ctest")
    lines = pathlib.Path(path).read_text(encoding="utf-8").split()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@functools.cache
def server_version():
    """The server_version_num of the test server, such as 150020."""
    settings = server_settings()
    with psycopg.connect(host=settings["PGHOST"], port=settings["PGPORT"], dbname="postgres",
                         user=settings["PGUSER"]) as connection:
        return connection.info.server_version


class Database:
    """A throwaway database; removed by the fixture."""

    def __init__(self, name, template=None, encoding=None, server=None):
        self.name = name
        self.settings = server.settings if server else server_settings()
        options = (f" TEMPLATE {template}" if template else "") + (
            f" ENCODING '{encoding}' LOCALE 'C'" if encoding else "")
        self.admin(f'CREATE DATABASE "{name}"{options}')
        if server_version() < 150000:
            # Later servers begin like this.
            self.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")

    def conninfo(self, user=None, dbname=None, **more):
        keywords = {"host": self.settings["PGHOST"], "port": self.settings["PGPORT"],
                    "user": user or self.settings["PGUSER"], "dbname": dbname or self.name}
        keywords.update(more)
        return " ".join(f"{key}={value}" for key, value in keywords.items())

    def source(self):
        """What a user of Carmilla connects with."""
        return self.conninfo()

    @property
    def source_keys(self):
        """What stands beside `postgres:` in the user's configuration."""
        return {}

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

    def wait_until_nobody_reads(self):
        """Returns when no session of Carmilla is left, which needs a moment to see that its client
        has gone."""
        deadline = time.monotonic() + LONGEST_WAIT
        while self.rows("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'carmilla/%' "
                        "AND datname = current_database()"):
            assert time.monotonic() < deadline, "a session goes on"
            time.sleep(0.02)

    def drop(self):
        self.admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
