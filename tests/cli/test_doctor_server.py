"""Checks of the doctor that need a server of another version, a replica, a pooler or other clocks."""

import copy
import os
import pathlib
import re
import subprocess
import time
import uuid

import pytest

from database import Database
from examination import Examination
from lying_server import LyingServer
from own_server import OwnServer

DISTANT = {
    "version-old": "PostgreSQL 13.23",
    "clock-skew": "ahead of this machine's",
    "wraparound-near": "1,700,000,000",
    "pooler": "session mode",
    "role-superuser": "NOSUPERUSER",
}
SHARED = {"pooler-in-transaction-mode": ("a connection pooler in transaction mode answers",
                                         "connect to the server itself")}
NEWER = {"version-untested": "PostgreSQL 99", "role-superuser": "NOSUPERUSER"}

PLAIN = {"tls-off": "not encrypted", "role-superuser": "NOSUPERUSER"}
MANAGED = {"identity-hidden": "pg_control_system()", "sessions-hidden": "pg_read_all_stats"}
UNVERIFIED = {"tls-unverified": "not proved who it is", **MANAGED}
OLD = {"transaction-old": "pid ", "transaction-prepared": "ROLLBACK PREPARED 'forgotten_",
       "role-superuser": "NOSUPERUSER"}
NEGLECTED = {
    "autovacuum-off": "ALTER SYSTEM SET autovacuum = on;",
    "snapshot-limit": "after 1 min",
    "role-superuser": "NOSUPERUSER",
}
REPLICA = {
    **NEGLECTED,
    "replica-lag": "the replica is 1 h",
    "replica-without-feedback": "ALTER SYSTEM SET hot_standby_feedback = on;",
    "replica-cancels": "the replica waits 7.0 s",
    "unlogged-on-replica": "public.unlogged",
    "ddl-running": "public.huge",
    "disk-space": "the run writes about ",
}

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def lie(project, database):
    """Puts a lying server before the project's database."""
    servers = []

    def tell(*lies, source=database, **options):
        server = LyingServer(source, lies, **options)
        servers.append(server)
        return {"DATABASE_URL": source.conninfo(host="127.0.0.1", port=server.port)}

    yield tell
    for server in servers:
        server.close()


def version(number):
    def change(row):
        return [row[0], number, *row[2:]] if row[0] == "server_version_num" else row
    return ("reset_val", change)


def test_a_server_of_another_time_is_judged(project, database, lie):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    environment = lie(
        version("130023"),
        ("current_setting\\('server_version'\\)", lambda row: ["13.23", *row[1:]]),
        ("^.*clock_timestamp\\(\\)\\)\\)::bigint", lambda row: [str(int(row[0]) + 3_600_000)]),
        ("age\\(d.datfrozenxid\\)", lambda row: [*row[:3], "1700000000"]),
        process=1)
    Examination(project, environment=environment).finds(DISTANT, code=0)


def test_a_server_that_is_newer_than_all_tests_is_told(project, database, lie):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    Examination(project, environment=lie(version("990001"))).finds(NEWER, code=0)


def test_a_pooler_that_cannot_hold_a_snapshot_is_told(project, database, lie):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    # Two connections at once in one backend.
    environment = lie(("SELECT pg_backend_pid", lambda row: ["7"]), process=7)
    Examination(project, environment=environment).finds(SHARED, code=64)


def insecurely(project):
    path = project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace("{postgres", "{tls: insecure, postgres"))


def test_a_connection_without_encryption_is_told(project, database, lie):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    insecurely(project)
    environment = lie()
    environment["DATABASE_URL"] = environment["DATABASE_URL"].replace(
        "host=127.0.0.1", "host=db.example.test hostaddr=127.0.0.1")
    Examination(project, environment=environment).finds(PLAIN, code=0)


def test_a_managed_server_is_sound_and_must_prove_its_name(make_project, rds_database):
    rds_database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project = make_project(rds_database)
    project.configure()
    sound = Examination(project)
    sound.finds(MANAGED, code=0)
    assert sound.report["capabilities"]["protected on the way"]
    path = project.folder / "carmilla.yaml"
    path.write_text(re.sub("ca_file: [^}]*", "tls: insecure", path.read_text()))
    Examination(project).finds(UNVERIFIED, code=0)


def test_aurora_is_sound(make_project, aurora_database):
    aurora_database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project = make_project(aurora_database)
    project.configure()
    Examination(project).finds(MANAGED, code=0)


def test_transactions_that_outlive_a_snapshot_are_told(project, database, lie):
    database.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    name = f"forgotten_{uuid.uuid4().hex[:12]}"
    environment = lie(("AS age", lambda row: [row[0], str(int(row[1]) + 3600)]))
    with database.connect() as other, database.connect() as watch:
        other.autocommit = False
        other.execute("SELECT 1")
        watch.execute(f"BEGIN; CREATE TABLE unborn (id int); PREPARE TRANSACTION '{name}'")
        try:
            assert set(Examination(project).found) == {"role-superuser"}
            Examination(project, environment=environment).finds(OLD, code=0)
        finally:
            watch.execute(f"ROLLBACK PREPARED '{name}'")


def wait_for_replay(standby, position):
    """Returns when all up to a place of the primary's log is replayed."""
    deadline = time.monotonic() + 60
    while not standby.rows(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")[0][0]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def neglected_server(tmp_path):
    server = OwnServer(tmp_path / "server",
                       {"autovacuum": "off", "old_snapshot_threshold": "1min"})
    yield server
    server.stop()


def as_owner(folder, *command):
    """Runs a program as the user whose server it is."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, str(PROGRAMS / command[0]), *map(str, command[1:])], check=True,
                   cwd=folder, stdout=subprocess.DEVNULL)


@pytest.fixture
def replica(neglected_server):
    """The settings of a hot standby of the neglected server."""
    folder = neglected_server.data.parent
    data = folder / "standby"
    as_owner(folder, "pg_basebackup", "-h", folder, "-p", neglected_server.port, "-U", "postgres",
             "-D", data, "-R", "-c", "fast", "--no-sync")
    # No port is opened: a socket named after a number that differs from the primary's.
    port = str(int(neglected_server.port) % 60000 + 1)
    as_owner(folder, "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "standby.log", "-o",
             f"-p {port} -c listen_addresses= -c max_standby_streaming_delay=7s", "start")
    yield {**neglected_server.settings, "PGPORT": port}
    as_owner(folder, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@pytest.mark.only_postgres(15, "a replica needs pg_basebackup of the server's version")
def test_a_neglected_server_and_its_replica_are_judged(
        project, neglected_server, replica, lie):
    primary = Database("neglected", server=neglected_server)
    primary.execute("CREATE TABLE kept (id int PRIMARY KEY)", "ANALYZE")
    project.configure()
    Examination(project, environment={"DATABASE_URL": primary.conninfo()}).finds(NEGLECTED, 75)
    primary.execute("CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
                    "CREATE TABLE huge (id int PRIMARY KEY)", "ANALYZE",
                    "SET allow_system_table_mods = on; UPDATE pg_class SET "
                    "relpages = 1000000000, reltuples = 1e10 WHERE relname = 'huge'")
    standby = copy.copy(primary)
    standby.settings = replica
    with primary.connect() as other:
        other.autocommit = False
        other.execute("LOCK TABLE huge")
        wait_for_replay(standby, primary.rows("SELECT pg_switch_wal()")[0][0])
        environment = lie(("pg_last_xact_replay_timestamp", lambda row: ["3600"]), source=standby)
        Examination(project, environment=environment).finds(REPLICA, 75)
        drafted = project.succeed("init", "--to", "-",
                                  environment={"DATABASE_URL": standby.conninfo()}).out
        assert "      # unlogged: it is unlogged, and a replica holds no rows of it" in drafted
        assert "      - unlogged\n" in drafted
