"""TLS for the throwaway server: a certificate of its own, and clients that check it."""

import os
import pathlib
import shutil
import subprocess

PASSWORD = "bench"
AUTHORITY = "BENCH_AUTHORITY"  # The variable that names the file of the certificate.


def switch_on(psql, environment, folder):
    """Lets the server in `folder` speak TLS over TCP too; returns `environment` for more of it."""
    data = pathlib.Path((folder / "folder").read_text().strip()) / "data"
    certificate, key = folder / "server.crt", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    owner = data.stat()
    for path in (certificate, key):
        placed = data / path.name
        shutil.copyfile(path, placed)
        placed.chmod(0o600)
        os.chown(placed, owner.st_uid, owner.st_gid)
    for sql in ("ALTER SYSTEM SET ssl = on", f"ALTER ROLE postgres PASSWORD '{PASSWORD}'",
                "SELECT pg_reload_conf()"):
        subprocess.run([psql, "-Xqc", sql], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
    return {**environment, AUTHORITY: str(certificate)}


def environment(plain):
    """The variables of a client that reaches the same server over TLS."""
    return {**plain, "PGHOST": "localhost", "PGPASSWORD": PASSWORD, "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": plain[AUTHORITY]}
