#!/usr/bin/env python3
"""Tests of postgres_server.py: it starts, is found, stops, and survives its own death."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).with_name("postgres_server.py")


class PostgresServerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name) / "server"
        self.addCleanup(self.run_tool, "stop")

    def run_tool(self, action):
        subprocess.run([sys.executable, TOOL, action, self.directory], check=True)

    def settings(self):
        lines = (self.directory / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def query(self, sql):
        command = ["psql", "-XAtw", "-d", "postgres", "-c", sql]
        result = subprocess.run(command, check=True, capture_output=True, text=True,
                                env={**os.environ, **self.settings()})
        return result.stdout.strip()

    def postmaster(self):
        return self.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")

    def test_starts_once_and_leaves_nothing(self):
        self.run_tool("start")
        folder = pathlib.Path(self.settings()["PGHOST"])
        first = self.postmaster()
        self.run_tool("start")
        self.assertEqual(self.postmaster(), first)
        self.assertLess(len(str(folder)), 100)
        self.run_tool("stop")
        self.assertFalse(folder.exists())
        self.assertFalse((self.directory / "env").exists())
        self.run_tool("stop")

    def test_does_not_run_as_root(self):
        self.run_tool("start")
        owner = pathlib.Path(f"/proc/{self.postmaster()}").stat().st_uid
        self.assertNotEqual(owner, 0)

    def test_asks_for_a_password_over_tcp_only(self):
        self.run_tool("start")
        self.assertEqual(self.query("SELECT 1"), "1")
        refused = subprocess.run(
            ["psql", "-XAtw", "-h", "127.0.0.1", "-p", self.settings()["PGPORT"], "-U",
             "postgres", "-c", "SELECT 1"], check=False, capture_output=True, text=True)
        self.assertIn("no password supplied", refused.stderr)

    def test_starts_again_over_what_a_killed_server_left(self):
        self.run_tool("start")
        os.kill(int(self.postmaster()), signal.SIGKILL)
        left_behind = pathlib.Path(self.settings()["PGHOST"])
        self.run_tool("start")
        self.assertEqual(self.query("SELECT 1"), "1")
        self.assertNotEqual(pathlib.Path(self.settings()["PGHOST"]), left_behind)
        self.assertFalse(left_behind.exists())


if __name__ == "__main__":
    unittest.main()
