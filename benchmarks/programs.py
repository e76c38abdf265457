"""Where the programs are that measure and are measured, and how to reach a throwaway server."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".deps" / "bench-venv"
SERVER = ROOT / "tools" / "postgres_server.py"
# Not Debian's psql on the PATH: that is a script around this one.
PSQL = "/usr/lib/postgresql/15/bin/psql"
GENERATOR = str(ENVIRONMENT / "bin/tpchgen-cli")


def server_environment(folder):
    """Variables that make clients speak to the throwaway server in `folder`."""
    environment = {**os.environ, "PGDATABASE": "postgres", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment.update(line.split("=", 1) for line in (folder / "env").read_text().splitlines())
    return environment
