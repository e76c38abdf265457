"""TLS for the throwaway server: a certificate of its own, and clients that check it."""

import os
import pathlib
import shutil
import subprocess
import sys

from programs import ROOT

sys.path.append(str(ROOT / "tests"))
from certificates import Authority  # noqa: E402: the tests are no package.

PASSWORD = "bench"
AUTHORITY = "BENCH_AUTHORITY"  # The variable that names the file of its certificate.


def switch_on(psql, environment, folder):
    """Lets the server in `folder` speak TLS over TCP too; returns `environment` for more of it."""
    data = pathlib.Path((folder / "folder").read_text().strip()) / "data"
    authority = Authority(folder / "authority")
    certificate, key = authority.issue("localhost")
    owner = data.stat()
    for path, name in ((certificate, "server.crt"), (key, "server.key")):
        placed = data / name
        shutil.copyfile(path, placed)
        placed.chmod(0o600)
        os.chown(placed, owner.st_uid, owner.st_gid)
    for sql in ("ALTER SYSTEM SET ssl = on", f"ALTER ROLE postgres PASSWORD '{PASSWORD}'",
                "SELECT pg_reload_conf()"):
        subprocess.run([psql, "-Xqc", sql], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
    return {**environment, AUTHORITY: str(authority.certificate)}


def environment(plain):
    """The variables of a client that reaches the same server over TLS."""
    return {**plain, "PGHOST": "localhost", "PGPASSWORD": PASSWORD, "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": plain[AUTHORITY]}
