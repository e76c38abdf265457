"""Runs a program and measures what it cost."""

import dataclasses
import os
import subprocess
import tempfile
import time


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What one run of one program cost, by the kernel's own accounts."""

    wall_seconds: float
    user_seconds: float
    system_seconds: float
    peak_rss_bytes: int
    file_bytes: int = 0

    @property
    def cpu_seconds(self):
        return self.user_seconds + self.system_seconds

    def as_json(self):
        found = {**dataclasses.asdict(self), "cpu_seconds": self.cpu_seconds}
        return {name: round(value, 6) for name, value in found.items()}


class Failed(Exception):
    """A program failed or gave a wrong answer: there is nothing to measure."""


def measure(command, environment):
    """Runs `command` and returns its Measurement and standard output; raises Failed.

    A child starts as a copy of this process, whose memory the kernel counts into the child's
    peak: whoever measures must therefore stay small, and import no library for data.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            tail = err.read().decode(errors="replace")[-2000:]
            raise Failed(f"{command[0]} ended with {process.returncode}\n{tail}")
        return Measurement(wall_seconds, used.ru_utime, used.ru_stime,
                           used.ru_maxrss * 1024), out.read().decode()
