"""A PostgreSQL server that a test may configure as it likes: TLS, pg_hba.conf, parameters."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

import psycopg

TOOL = pathlib.Path(__file__).resolve().parent.parent / "tools" / "postgres_server.py"
LOCAL_TRUST = "local all all trust"
RELOAD_SECONDS = 30


class OwnServer:
    """A server of tools/postgres_server.py, started with some parameters; `settings` as of the
    shared one."""

    def __init__(self, directory, parameters=None):
        self.directory = pathlib.Path(directory)
        options = [f"--set={name}={value}" for name, value in (parameters or {}).items()]
        subprocess.run([sys.executable, str(TOOL), "start", str(self.directory), *options],
                       check=True)
        lines = (self.directory / "env").read_text(encoding="utf-8").split()
        self.settings = dict(line.split("=", 1) for line in lines)
        self.data = pathlib.Path(self.settings["PGHOST"]) / "data"

    def stop(self):
        subprocess.run([sys.executable, str(TOOL), "stop", str(self.directory)], check=True)

    @property
    def port(self):
        return self.settings["PGPORT"]

    def connect(self, dbname="postgres"):
        """As the superuser, over the socket, whatever the test has done to the server."""
        return psycopg.connect(host=self.settings["PGHOST"], port=self.port, dbname=dbname,
                               user=self.settings["PGUSER"], autocommit=True)

    def execute(self, *statements, dbname="postgres"):
        with self.connect(dbname) as connection:
            for statement in statements:
                connection.execute(statement)

    def _place(self, source, name):
        """Puts a file where the server, perhaps another user, may read it and nobody else."""
        target = self.data / name
        shutil.copyfile(source, target)
        target.chmod(0o600)
        owner = self.data.stat()
        os.chown(target, owner.st_uid, owner.st_gid)

    def configure(self, hba=None, certificate=None, authority=None, **parameters):
        """Changes what is given: lines of pg_hba.conf, (certificate, key) of the server, the
        authority of client certificates, parameters (None: back to their default). Returns when
        new connections meet it."""
        if hba is not None:
            lines = [LOCAL_TRUST, *hba]
            (self.data / "pg_hba.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if certificate is not None:
            self._place(certificate[0], "server.crt")
            self._place(certificate[1], "server.key")
            parameters.setdefault("ssl", "on")
        if authority is not None:
            self._place(authority, "clients.crt")
            parameters["ssl_ca_file"] = "clients.crt"
        for name, value in parameters.items():
            change = f"SET {name} = '{value}'" if value is not None else f"RESET {name}"
            self.execute(f"ALTER SYSTEM {change}")
        self.reload()

    def reload(self):
        with self.connect() as connection:
            before = connection.execute("SELECT pg_conf_load_time(), pg_reload_conf()").fetchone()[0]
        deadline = time.monotonic() + RELOAD_SECONDS
        while time.monotonic() < deadline:
            # A new session has what the postmaster has: settings, pg_hba.conf, certificates.
            with self.connect() as connection:
                if connection.execute("SELECT pg_conf_load_time()").fetchone()[0] > before:
                    return
            time.sleep(0.01)
        raise TimeoutError("the server did not load its configuration")
