"""Carmilla connects to the configured server and to nothing else; no command calls home."""

import socket
import subprocess
import sys

import pytest

from connection_watch import ConnectionWatch

ON_THE_SERVER = [["doctor"], ["role"], ["plan"], ["run"]]
ON_THE_LAKE = [["query", "SELECT count(*) FROM orders"], ["status"], ["verify"], ["schema"],
               ["types"], ["errors"], ["completion", "bash"], ["--help"], ["--version"]]
# The C library asks this socket of the same machine for names of users, where it exists.
NAME_CACHE = "/var/run/nscd/socket"


@pytest.fixture
def watch():
    return ConnectionWatch()


def server_of(project, kind):
    settings = project.database.settings
    if kind == "plain":
        return f"{settings['PGHOST']}/.s.PGSQL.{settings['PGPORT']}"
    return f"127.0.0.1:{settings['PGPORT']}"


def destinations_of(watch, project, arguments):
    watch.destinations.clear()
    finished = watch.run(lambda: project.run(*arguments))
    assert finished.code in (0, 78), str(finished)  # 78: doctor has found something.
    return watch.destinations - {NAME_CACHE}


def test_only_the_configured_server_is_connected_to(anywhere, watch, request):
    server = server_of(anywhere, request.node.callspec.params["any_kind_of_database"])
    keys = anywhere.database.source_keys
    trust = ["--ca-file", keys["ca_file"]] if keys else []
    for command in [["init", "--force", *trust], *ON_THE_SERVER]:
        assert destinations_of(watch, anywhere, command) == {server}, command
    for command in ON_THE_LAKE:
        assert destinations_of(watch, anywhere, command) == set(), command


def test_a_configured_host_name_is_looked_up_and_nothing_more(
        database, make_project, make_role, watch):
    database.execute("CREATE TABLE orders (id int)")
    role = make_role("SUPERUSER PASSWORD 'secret-7'")
    project = make_project(database)
    port = database.settings["PGPORT"]
    project.environment["DATABASE_URL"] = database.conninfo(
        host="localhost", user=role, password="secret-7")
    project.configure()
    for command in ON_THE_SERVER:
        found = destinations_of(watch, project, command)
        assert found & {f"127.0.0.1:{port}", f"[::1]:{port}"}, command
        assert found <= {f"127.0.0.1:{port}", f"[::1]:{port}"}, command


def test_the_watch_sees_every_way_to_send(watch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = f"""
import os, socket, threading
def stream():
    socket.create_connection(("127.0.0.1", {port})).sendall(b"over an open connection")
thread = threading.Thread(target=stream)
thread.start()
thread.join()
if os.fork() == 0:
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.sendto(b"", ("127.0.0.2", {port}))
    datagram.sendmsg([b""], [], 0, ("127.0.0.3", {port}))
    os._exit(0)
os.wait()
try:
    socket.socket(socket.AF_UNIX).connect("/nowhere")
except OSError:
    pass
"""
        watch.run(lambda: subprocess.run([sys.executable, "-c", program], check=True))
    assert watch.destinations == {f"127.0.0.1:{port}", f"127.0.0.2:{port}", f"127.0.0.3:{port}",
                                  "/nowhere"}


def test_the_watch_sees_questions_to_a_name_server(database, make_project, watch):
    project = make_project(database)
    project.environment["DATABASE_URL"] = database.conninfo(host="db.carmilla-test.invalid")
    project.environment["RES_OPTIONS"] = "timeout:1 attempts:1"
    project.configure()
    finished = watch.run(lambda: project.run("plan"))
    assert finished.code != 0
    assert "db.carmilla-test.invalid" in finished.err
    assert any(place.endswith(":53") for place in watch.destinations), watch.destinations
