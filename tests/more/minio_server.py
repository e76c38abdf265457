"""MinIO over TLS, the one S3 server within reach that really encrypts by a key of a KMS (its own, in
memory). It stands in for nothing else: it ignores conditions that AWS checks."""

import base64
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tools"))

import s3_server  # noqa: E402

PROGRAM = ROOT / ".deps" / "minio" / "minio"
REGION = "eu-west-1"
KEY = "lake-key"
START_SECONDS = 60


class MinioServer:
    """One server on a loopback port, whose KMS knows one key, KEY; `environment` is what programs
    for AWS need to use it."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        s3_server.make_certificates(self.directory)
        certificates = self.directory / "certificates"
        certificates.mkdir()
        shutil.copy(self.directory / "server.crt", certificates / "public.crt")
        shutil.copy(self.directory / "server.key", certificates / "private.key")
        port = s3_server.free_port()
        user, password = "AKIAOWNER", secrets.token_hex(20)
        kms_key = base64.b64encode(secrets.token_bytes(32)).decode()
        with (self.directory / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), "server", "--address", f"127.0.0.1:{port}", "--certs-dir",
                 str(certificates), str(self.directory / "data")],
                env={"PATH": os.environ["PATH"], "HOME": str(self.directory),
                     "MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password,
                     "MINIO_KMS_SECRET_KEY": f"{KEY}:{kms_key}", "MINIO_REGION": REGION,
                     "MINIO_UPDATE": "off", "MINIO_BROWSER": "off"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.environment = {
            "AWS_ENDPOINT_URL_S3": f"https://localhost:{port}", "AWS_REGION": REGION,
            "AWS_CA_BUNDLE": str(self.directory / "ca.crt"), "AWS_ACCESS_KEY_ID": user,
            "AWS_SECRET_ACCESS_KEY": password}
        deadline = time.monotonic() + START_SECONDS
        while not s3_server.is_ready(self.directory, port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError((self.directory / "log").read_text(encoding="utf-8"))
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def client(self):
        import boto3  # Slow to load, and few tests need it.

        return boto3.client(
            "s3", endpoint_url=self.environment["AWS_ENDPOINT_URL_S3"], region_name=REGION,
            verify=self.environment["AWS_CA_BUNDLE"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"])
