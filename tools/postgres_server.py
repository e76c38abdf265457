#!/usr/bin/env python3
"""Starts and stops a throwaway PostgreSQL server for tests and the demo.

    postgres_server.py start DIR [--fsync] [--set NAME=VALUE ...]
    postgres_server.py stop DIR

The server runs as its own user (never as root), with its data, its unix socket and its log in
one temporary folder. The socket needs no password; the TCP port (loopback, free) asks for one.
DIR/env tells where it is, as lines for a shell to source: PGHOST, PGPORT, PGUSER. Starting a
running server does nothing; stopping removes everything, and does nothing when all is gone.

It is PostgreSQL 15, or what lies in the folder that CARMILLA_TEST_POSTGRES_BINARIES names.
"""

import argparse
import fcntl
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "logical",
    "max_wal_senders": "10",
    "max_replication_slots": "10",
    "max_prepared_transactions": "20",
    "autovacuum": "on",
    "password_encryption": "scram-sha-256",
    "lc_messages": "C",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
HOST_BASED_AUTHENTICATION = """\
local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
"""
BINARIES_VARIABLE = "CARMILLA_TEST_POSTGRES_BINARIES"
START_ATTEMPTS = 5
STOP_SECONDS = 20


def binary(name):
    """Finds a program of PostgreSQL: a folder of the user's, Debian's folder, then the PATH."""
    folders = [pathlib.Path("/usr/lib/postgresql/15/bin")]
    if os.environ.get(BINARIES_VARIABLE):
        # It may hold a server without clients; those of PostgreSQL 15 speak to any of them.
        folders.insert(0, pathlib.Path(os.environ[BINARIES_VARIABLE]).resolve())
    paths = [folder / name for folder in folders]
    found = next((str(path) for path in paths if path.exists()), shutil.which(name))
    if found is None:
        sys.exit(f"postgres_server: {name} not found; run tools/setup.sh")
    return found


def as_server_user(command):
    """Prefixes a command so that it does not run as root: PostgreSQL refuses that."""
    if os.geteuid() == 0:
        # A plain `su` leaves root without the folder where it lies.
        runuser = shutil.which("runuser") or "/usr/sbin/runuser"
        return [runuser, "-u", "postgres", "--", *command]
    return command


def server_user():
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def recorded_folder(directory):
    """Returns the server's folder as DIR/folder tells, or None."""
    try:
        folder = pathlib.Path((directory / "folder").read_text().strip())
    except FileNotFoundError:
        return None
    return folder if folder.name.startswith("carmilla-pg-") else None


def running_pid(folder):
    """Returns the postmaster's pid if it is alive and really this folder's server."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError, IndexError):
        return None
    # A pid may have been given to somebody else since.
    return pid if str(folder / "data").encode() in command else None


def is_ready(folder, port):
    return subprocess.run([binary("pg_isready"), "-q", "-h", folder, "-p", str(port)],
                          check=False).returncode == 0


def stop(directory):
    folder = recorded_folder(directory)
    if folder is not None:
        pid = running_pid(folder)
        if pid is not None:
            os.kill(pid, signal.SIGINT)  # "fast": sessions are ended, data is flushed
            deadline = time.monotonic() + STOP_SECONDS
            while running_pid(folder) is not None and time.monotonic() < deadline:
                time.sleep(0.05)
            if running_pid(folder) is not None:
                os.kill(pid, signal.SIGQUIT)
                while running_pid(folder) is not None:
                    time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("env", "folder"):
        (directory / name).unlink(missing_ok=True)


def initialise(folder, settings):
    subprocess.run(
        as_server_user([binary("initdb"), "-D", str(folder / "data"), "-U", "postgres",
                        "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"]),
        check=True, stdout=subprocess.DEVNULL)
    data = folder / "data"
    with open(data / "postgresql.conf", "a", encoding="utf-8") as configuration:
        for name, value in settings.items():
            configuration.write(f"{name} = '{value}'\n")
        configuration.write(f"unix_socket_directories = '{folder}'\n")
    (data / "pg_hba.conf").write_text(HOST_BASED_AUTHENTICATION)


def launch(folder):
    """Starts the server on a free port and returns the port; somebody may take it first."""
    for _ in range(START_ATTEMPTS):
        port = free_port()
        result = subprocess.run(
            as_server_user([binary("pg_ctl"), "-D", str(folder / "data"), "-w", "-t", "60",
                            "-l", str(folder / "log"), "-o", f"-p {port}", "start"]),
            check=False, stdout=subprocess.DEVNULL)
        if result.returncode == 0:
            return port
    log = (folder / "log").read_text() if (folder / "log").exists() else ""
    sys.exit(f"postgres_server: the server does not start\n{log[-4000:]}")


def start(directory, settings):
    folder = recorded_folder(directory)
    if folder is not None and running_pid(folder) is not None and (directory / "env").exists():
        port = int((folder / "data" / "postmaster.pid").read_text().splitlines()[3])
        if is_ready(folder, port):
            return
    stop(directory)
    directory.mkdir(parents=True, exist_ok=True)
    # Sockets have short paths (107 bytes), build folders may not: hence not below DIR.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carmilla-pg-", dir="/tmp"))
    user = server_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    (directory / "folder").write_text(f"{folder}\n")
    initialise(folder, settings)
    port = launch(folder)
    (directory / "env.new").write_text(f"PGHOST={folder}\nPGPORT={port}\nPGUSER=postgres\n")
    (directory / "env.new").rename(directory / "env")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--fsync", action="store_true", help="survive a crash of the machine")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        dest="settings", help="a setting of postgresql.conf")
    arguments = parser.parse_args()
    directory = arguments.directory.resolve()
    os.chdir("/")  # initdb, as another user, must be able to stand where it is started
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if arguments.action == "stop":
            stop(directory)
        else:
            safety = "on" if arguments.fsync else "off"
            settings = {**SETTINGS, "fsync": safety, "full_page_writes": safety,
                        "synchronous_commit": safety}
            settings.update(item.split("=", 1) for item in arguments.settings)
            start(directory, settings)


if __name__ == "__main__":
    main()
