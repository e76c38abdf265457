#!/usr/bin/env python3
"""Starts and stops a throwaway S3 server (versitygw over TLS) for tests.

    s3_server.py start DIR
    s3_server.py stop DIR

The server listens on a free port of loopback and shows a certificate of an authority made for
it; its objects lie in one temporary folder. It checks signatures, regions, clocks, checksums and
conditions as AWS does. DIR/env tells where it is, as lines for a shell to source:
CARMILLA_S3_ENDPOINT, CARMILLA_S3_CA_FILE, CARMILLA_S3_REGION; AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY of the owner, CARMILLA_S3_GUEST_KEY_ID and CARMILLA_S3_GUEST_SECRET of a user
who may do what a bucket's policy allows. With buckets as hosts it is https://s3.localhost. Starting a running server does nothing; stopping removes everything.
"""

import argparse
import fcntl
import os
import pathlib
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".deps" / "versitygw" / "versitygw"
REGION = "eu-west-1"
START_SECONDS = 20
STOP_SECONDS = 10


def recorded(directory):
    """Returns the server's folder and pid as DIR tells, or None."""
    try:
        folder, pid = (directory / "server").read_text().split("\n")[:2]
    except (FileNotFoundError, ValueError):
        return None
    return (pathlib.Path(folder), int(pid)) if "carmilla-s3-" in folder else None


def is_running(folder, pid):
    """A pid may have been given to somebody else since."""
    try:
        return str(folder).encode() in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def stop(directory):
    server = recorded(directory)
    if server is not None:
        folder, pid = server
        if is_running(folder, pid):
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while is_running(folder, pid) and time.monotonic() < deadline:
                time.sleep(0.02)
            if is_running(folder, pid):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
    for name in ("env", "server"):
        (directory / name).unlink(missing_ok=True)


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates(folder):
    """An authority, and a certificate of it for localhost and for buckets as hosts."""
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "30", "-subj",
            "/CN=Carmilla's throwaway authority")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text(
        "subjectAltName=DNS:localhost,DNS:*.s3.localhost,IP:127.0.0.1\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "server.crt")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_ready(folder, port):
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    try:
        with (socket.create_connection(("127.0.0.1", port), timeout=1) as plain,
              context.wrap_socket(plain, server_hostname="localhost")):
            return True
    except OSError:
        return False


def launch(folder, port, key, secret):
    for name in ("data", "iam"):
        (folder / name).mkdir(exist_ok=True)
    command = [str(PROGRAM), "--port", f"127.0.0.1:{port}", "--cert",
               str(folder / "server.crt"), "--key", str(folder / "server.key"), "--region",
               REGION, "--iam-dir", str(folder / "iam"), "--virtual-domain",
               f"s3.localhost:{port}", "--keep-alive", "--quiet", "posix",
               str(folder / "data")]
    environment = {"PATH": os.environ["PATH"], "ROOT_ACCESS_KEY": key,
                   "ROOT_SECRET_KEY": secret}
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                stderr=subprocess.STDOUT, start_new_session=True)


def create_user(folder, port, root, user):
    """Makes a user who may do only what a bucket's policy allows."""
    subprocess.run(
        [str(PROGRAM), "admin", "--endpoint-url", f"https://localhost:{port}", "--access",
         root[0], "--secret", root[1], "--region", REGION, "create-user", "--access", user[0],
         "--secret", user[1], "--role", "user"],
        check=True, stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(folder / "ca.crt")})


def start(directory):
    server = recorded(directory)
    if server is not None and is_running(*server) and (directory / "env").exists():
        return
    stop(directory)
    if not PROGRAM.exists():
        sys.exit("s3_server: versitygw not found; run tools/setup.sh --s3-server")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="carmilla-s3-", dir="/tmp"))
    make_certificates(folder)
    port = free_port()
    root, user = (("AKIA" + name, secrets.token_hex(20)) for name in ("OWNER", "GUEST"))
    process = launch(folder, port, *root)
    (directory / "server").write_text(f"{folder}\n{process.pid}\n")
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(folder, port):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"s3_server: the server does not start\n{(folder / 'log').read_text()}")
        time.sleep(0.02)
    create_user(folder, port, root, user)
    (directory / "env.new").write_text(
        f"CARMILLA_S3_ENDPOINT=https://localhost:{port}\n"
        f"CARMILLA_S3_CA_FILE={folder}/ca.crt\nCARMILLA_S3_REGION={REGION}\n"
        f"AWS_ACCESS_KEY_ID={root[0]}\nAWS_SECRET_ACCESS_KEY={root[1]}\n"
        f"CARMILLA_S3_GUEST_KEY_ID={user[0]}\nCARMILLA_S3_GUEST_SECRET={user[1]}\n")
    (directory / "env.new").rename(directory / "env")


def run(start, stop, description):
    """The command line of a tool that starts and stops servers, one at a time in a DIR."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("directory", type=pathlib.Path)
    arguments = parser.parse_args()
    directory = arguments.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if arguments.action == "stop":
            stop(directory)
        else:
            start(directory)


if __name__ == "__main__":
    run(start, stop, __doc__.splitlines()[0])
