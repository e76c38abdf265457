"""Trino, whose engine is Athena's, over the stand-ins for Glue and S3."""

import http.client
import json
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TRINO = ROOT / ".deps" / "trino"
VERSION = "435"
PASSWORD = "changeit"
START_SECONDS = 180
POLL_SECONDS = 0.2


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class TrinoError(Exception):
    pass


class TrinoServer:
    """One node on a loopback port; `environment` is that of AwsServers."""

    def __init__(self, directory, environment):
        self.directory = pathlib.Path(directory)
        self.base = f"http://127.0.0.1:{free_port()}"
        self._write_configuration(environment)
        self._make_trust_store(environment["AWS_CA_BUNDLE"])
        settings = {
            "javax.net.ssl.trustStore": self.directory / "trust.p12",
            "javax.net.ssl.trustStorePassword": PASSWORD,
            "node.environment": "test", "node.id": "one", "node.data-dir": self.directory,
            "node.bind-ip": "127.0.0.1", "node.internal-address": "127.0.0.1",
            "config": self.directory / "config.properties"}
        with (self.directory / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["java", "-Xmx1G", "-XX:+UseSerialGC",
                 *(f"-D{name}={value}" for name, value in settings.items()),
                 "-cp", f"{TRINO / 'lib'}/*",
                 str(pathlib.Path(__file__).with_name("TrinoServer.java")), VERSION],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait()

    def _write_configuration(self, environment):
        catalogs = self.directory / "catalog"
        catalogs.mkdir()
        port = self.base.rsplit(":", 1)[1]
        self._write("config.properties", {
            "coordinator": "true", "node-scheduler.include-coordinator": "true",
            "http-server.http.port": port, "discovery.uri": self.base,
            "catalog.config-dir": catalogs, "plugin.dir": TRINO / "plugin",
            "query.max-memory-per-node": "300MB", "memory.heap-headroom-per-node": "100MB"})
        keys = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
        self._write("catalog/lake.properties", {
            "connector.name": "hive", "hive.metastore": "glue",
            "hive.metastore.glue.region": environment["AWS_REGION"],
            "hive.metastore.glue.endpoint-url": environment["AWS_ENDPOINT_URL_GLUE"],
            "hive.metastore.glue.aws-access-key": keys[0],
            "hive.metastore.glue.aws-secret-key": keys[1],
            "fs.native-s3.enabled": "true", "fs.hadoop.enabled": "false",
            "s3.endpoint": environment["AWS_ENDPOINT_URL_S3"],
            "s3.region": environment["AWS_REGION"], "s3.path-style-access": "true",
            "s3.aws-access-key": keys[0], "s3.aws-secret-key": keys[1]})

    def _write(self, name, settings):
        lines = [f"{key}={value}\n" for key, value in settings.items()]
        (self.directory / name).write_text("".join(lines), encoding="utf-8")

    def _make_trust_store(self, authority):
        subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "authority", "-file",
                        authority, "-keystore", str(self.directory / "trust.p12"), "-storetype",
                        "PKCS12", "-storepass", PASSWORD], check=True, capture_output=True)

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                # It has started when its only node has announced itself to itself, too.
                self.query("SELECT x FROM (VALUES 2, 1) AS two (x) ORDER BY x", "default")
                return
            except (TrinoError, urllib.error.URLError, http.client.HTTPException,
                    ConnectionError):
                pass
            time.sleep(POLL_SECONDS)
        self.stop()
        raise TrinoError((self.directory / "log").read_text(encoding="utf-8")[-3000:])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def query(self, sql, schema):
        """Rows as lists; Trino's own values of JSON."""
        request = urllib.request.Request(
            self.base + "/v1/statement", data=sql.encode(),
            headers={"X-Trino-User": "test", "X-Trino-Catalog": "lake",
                     "X-Trino-Schema": schema})
        rows = []
        while True:
            with urllib.request.urlopen(request) as response:
                answer = json.load(response)
            rows += answer.get("data", [])
            if "error" in answer:
                raise TrinoError(answer["error"]["message"])
            if "nextUri" not in answer:
                return rows
            request = answer["nextUri"]
