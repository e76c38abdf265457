#!/usr/bin/env python3
"""Starts and stops throwaway stand-ins for AWS: S3 (s3_server.py) and Glue, Athena, STS and
Secrets Manager (aws_standin.py), all over TLS with one authority.

    aws_server.py start DIR
    aws_server.py stop DIR

DIR/env tells where they are, in the variables that programs for AWS know: AWS_ENDPOINT_URL_S3 and
those of the other services, AWS_CA_BUNDLE, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
Starting a running server does nothing; stopping removes everything.
"""

import os
import pathlib
import signal
import subprocess
import sys
import time

import s3_server

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".deps" / "venv" / "bin" / "python"
START_SECONDS = 60
SERVICES = ("GLUE", "ATHENA", "STS", "SECRETS_MANAGER")


def is_running(pid):
    try:
        return b"aws_standin.py" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def recorded(directory):
    try:
        return int((directory / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None


def stop(directory):
    pid = recorded(directory)
    if pid is not None and is_running(pid):
        os.kill(pid, signal.SIGKILL)
    s3_server.stop(directory / "s3")
    for name in ("env", "pid"):
        (directory / name).unlink(missing_ok=True)


def start(directory):
    pid = recorded(directory)
    if pid is not None and is_running(pid) and (directory / "env").exists():
        return
    stop(directory)
    (directory / "s3").mkdir(exist_ok=True)
    s3_server.start(directory / "s3")
    lines = (directory / "s3" / "env").read_text().split()
    s3 = dict(line.split("=", 1) for line in lines)
    folder = pathlib.Path(s3["CARMILLA_S3_CA_FILE"]).parent
    port = s3_server.free_port()
    known = {"AWS_REGION": s3["CARMILLA_S3_REGION"],
             "AWS_ACCESS_KEY_ID": s3["AWS_ACCESS_KEY_ID"],
             "AWS_SECRET_ACCESS_KEY": s3["AWS_SECRET_ACCESS_KEY"]}
    environment = {**known, "PATH": os.environ["PATH"], "HOME": str(folder),
                   "S3_DATA": str(folder / "data"), "S3_ENDPOINT": s3["CARMILLA_S3_ENDPOINT"],
                   "S3_CA_FILE": s3["CARMILLA_S3_CA_FILE"]}
    with open(folder / "aws.log", "wb") as log:
        process = subprocess.Popen(
            [str(PYTHON), str(ROOT / "tools" / "aws_standin.py"), str(port),
             str(folder / "server.crt"), str(folder / "server.key")],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True)
    (directory / "pid").write_text(str(process.pid))
    deadline = time.monotonic() + START_SECONDS
    while not s3_server.is_ready(folder, port):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"aws_server: it does not start\n{(folder / 'aws.log').read_text()}")
        time.sleep(0.05)
    endpoint = f"https://localhost:{port}"
    variables = {**known, "AWS_CA_BUNDLE": s3["CARMILLA_S3_CA_FILE"],
                 "AWS_ENDPOINT_URL_S3": s3["CARMILLA_S3_ENDPOINT"],
                 **{f"AWS_ENDPOINT_URL_{service}": endpoint for service in SERVICES}}
    text = "".join(f"{name}={value}\n" for name, value in variables.items())
    (directory / "env.new").write_text(text)
    (directory / "env.new").rename(directory / "env")


if __name__ == "__main__":
    s3_server.run(start, stop, __doc__.splitlines()[0])
