"""Servers that refuse a login: each reason has its own message and its own cure."""

import contextlib
import socket
import threading

import psycopg
import pytest

from own_server import OwnServer

OPEN_HBA = ["host all all all scram-sha-256"]
PASSWORD = "refused-Pa55word"
SLOTS = 10
RESERVED = 3  # superuser_reserved_connections


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    server = OwnServer(tmp_path_factory.mktemp("server"), {
        "max_connections": SLOTS, "max_wal_senders": 0, "wal_level": "minimal",
        "autovacuum": "off"})
    server.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE app")
    yield server
    server.stop()


@pytest.fixture
def server(own_server):
    own_server.configure(hba=OPEN_HBA)
    return own_server


@pytest.fixture
def refuses(project, server):
    """Asserts that connecting ends with a code and phrases, and with one hint."""
    def check(code, *phrases, command=("plan",), **keywords):
        chosen = {"host": "127.0.0.1", "port": server.port, "user": "reader",
                  "password": PASSWORD, "dbname": "app", **keywords}
        project.configure("  - public.orders")
        finished = project.run(*command, environment={"DATABASE_URL": " ".join(
            f"{key}={value}" for key, value in chosen.items())})
        assert finished.code == code, str(finished)
        assert finished.err.count("hint: ") == 1, str(finished)
        assert PASSWORD not in finished.err
        assert "connection to server" not in finished.err  # Told once, by us.
        for phrase in phrases:
            assert phrase in finished.err, f"{phrase!r} is missing in\n{finished}"
    return check


def test_no_line_of_pg_hba(server, refuses):
    server.configure(hba=[])
    refuses(77, 'no pg_hba.conf entry for host "127.0.0.1", user "reader", database "app"',
            "hint: without TLS the server lets nobody in from here", "hostssl DATABASE USER")


def test_a_line_of_pg_hba_that_rejects(server, refuses):
    server.configure(hba=["host all all all reject"])
    refuses(77, 'pg_hba.conf rejects connection for host "127.0.0.1"', "hint: ")


def test_a_wrong_password_is_told_although_plain_text_is_forbidden_as_well(server, refuses):
    refuses(77, 'password authentication failed for user "reader"', "hint: check the password",
            password="wrong")


def test_a_user_that_may_not_log_in(server, refuses):
    server.execute("DROP ROLE IF EXISTS nobody", "CREATE ROLE nobody NOLOGIN")
    refuses(77, 'role "nobody" is not permitted to log in', "hint: take another user",
            host=server.settings["PGHOST"], user="nobody")


def test_ident_that_knows_another_user(server, refuses):
    server.configure(hba=["host all all all ident"])
    refuses(77, 'Ident authentication failed for user "reader"',
            "hint: the server asks this machine for the name of its user")


def test_a_database_that_the_user_may_not_enter(server, refuses):
    server.execute("REVOKE CONNECT ON DATABASE app FROM PUBLIC")
    try:
        refuses(77, 'permission denied for database "app"', "hint: let the user in",
                "GRANT CONNECT ON DATABASE")
    finally:
        server.execute("GRANT CONNECT ON DATABASE app TO PUBLIC")


def test_a_database_that_takes_no_connections(server, refuses):
    server.execute("ALTER DATABASE app ALLOW_CONNECTIONS false")
    try:
        refuses(78, 'database "app" is not currently accepting connections',
                "hint: take another database")
    finally:
        server.execute("ALTER DATABASE app ALLOW_CONNECTIONS true")


def test_the_limit_of_a_role(server, refuses):
    server.execute("ALTER ROLE reader CONNECTION LIMIT 0")
    try:
        refuses(69, 'too many connections for role "reader"', "ALTER ROLE ... CONNECTION LIMIT")
    finally:
        server.execute("ALTER ROLE reader CONNECTION LIMIT -1")


def test_the_limit_of_a_database(server, refuses):
    server.execute("ALTER DATABASE app CONNECTION LIMIT 0")
    try:
        refuses(69, 'too many connections for database "app"',
                "ALTER DATABASE ... CONNECTION LIMIT")
    finally:
        server.execute("ALTER DATABASE app CONNECTION LIMIT -1")


def fill(server, stack, user, **keywords):
    """Connects until the server takes no more."""
    with pytest.raises(psycopg.OperationalError):
        for _ in range(SLOTS + 1):
            stack.enter_context(psycopg.connect(
                host=server.settings["PGHOST"], port=server.port, user=user, dbname="postgres"))


def test_the_limit_of_the_server(server, refuses):
    with contextlib.ExitStack() as stack:
        fill(server, stack, "reader")
        refuses(69, "remaining connection slots are reserved",
                "hint: all connections of the server are taken", "max_connections")
        fill(server, stack, "postgres")
        refuses(69, "sorry, too many clients already", "max_connections")


@contextlib.contextmanager
def stranger(answer):
    """Listens on a port and answers whatever is said there; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(64)
                        connection.sendall(answer)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("sslmode", ["prefer", "disable"])
def test_something_that_is_not_postgresql(refuses, sslmode):
    with stranger(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        refuses(69, "hint: check the port", port=port, sslmode=sslmode)
    with stranger(b"") as port:
        refuses(69, "hint: check the port", port=port, sslmode=sslmode)


def test_wrong_hosts_and_ports(refuses, project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        refuses(69, "Connection refused", "hint: check host and port: nothing listens there",
                port=taken.getsockname()[1])
    refuses(69, "no-such-host.invalid", "hint: check the host's name",
            host="no-such-host.invalid")
    refuses(69, "No such file or directory", "no server has its socket in this folder",
            host=project.folder)


def test_no_answer_within_the_time(refuses):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        refuses(69, "no answer within 1 s", "hint: check host and port", "firewall",
                port=silent.getsockname()[1], connect_timeout=1)
