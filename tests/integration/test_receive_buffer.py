"""However slow we are, what a server sends waits at the server and not in our memory.

libpq doubles its buffer whenever it is told to read while the buffer is full, and never shrinks it:
over TLS that once took 393 MiB.
"""

import os
import subprocess

import pytest

from certificates import Authority
from own_server import OwnServer

HOST = "db.example.test"
# What the kernel takes from the server is a few MiB at most, so that it has to wait many times.
BYTES = 48 << 20
# The buffer begins with 512 KiB and holds a row besides; more would be the beginning of doubling.
MOST_GROWTH = 1 << 20


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, authority):
    server = OwnServer(tmp_path_factory.mktemp("server") / "server")
    server.configure(hba=["host all all all scram-sha-256"], certificate=authority.issue(HOST))
    server.execute("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    yield server
    server.stop()


@pytest.mark.parametrize("row_bytes", [200, 100_000])
def test_a_slow_reader_over_tls_does_not_gather_what_it_has_not_read(server, authority, row_bytes):
    rows = BYTES // row_bytes
    done = subprocess.run(
        [os.environ["CARMILLA_SLOW_READER"],
         f"host={HOST} hostaddr=127.0.0.1 port={server.port} user=reader password=reader "
         "dbname=postgres sslmode=verify-full", authority.certificate,
         f"SELECT repeat('x', {row_bytes}) AS body FROM generate_series(1, {rows})"],
        check=True, stdout=subprocess.PIPE, text=True)
    rows_read, wire_bytes, growth = map(int, done.stdout.split())
    assert rows_read == rows and wire_bytes > rows * row_bytes
    assert growth < MOST_GROWTH, f"{growth:,} bytes of {wire_bytes:,}"
