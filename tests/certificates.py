"""Certificates of tests: an authority of their own and what it signs, by the openssl program."""

import pathlib
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
EXPIRED = -1


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder, name="Test Authority"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "authority.crt"
        self.key = self.folder / "authority.key"
        openssl("req", "-x509", *KEY, "-keyout", self.key, "-out", self.certificate,
                "-days", 30, "-subj", f"/CN={name}")

    def issue(self, *hosts, days=30, user=None):
        """Signs a certificate for hosts (or, for a client, a user); gives certificate and key."""
        name = user or hosts[0]
        stem = f"{name.replace('*', '_')}_{days}"
        key, request = self.folder / f"{stem}.key", self.folder / f"{stem}.csr"
        certificate, extension = self.folder / f"{stem}.crt", self.folder / f"{stem}.ext"
        openssl("req", *KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name[:60]}")
        names = ",".join(f"DNS:{host}" for host in hosts) or f"DNS:{name}"
        extension.write_text(f"subjectAltName={names}\n", encoding="ascii")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                "-CAcreateserial", "-days", days, "-extfile", extension, "-out", certificate)
        return certificate, key


def self_signed(folder, host):
    """A certificate that nobody but itself vouches for, and its key."""
    folder = pathlib.Path(folder)
    certificate, key = folder / "self.crt", folder / "self.key"
    openssl("req", "-x509", *KEY, "-keyout", key, "-out", certificate, "-days", 30,
            "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
            "-addext", "basicConstraints=critical,CA:FALSE")
    return certificate, key
