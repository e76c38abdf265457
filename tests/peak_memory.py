"""The most memory that a program ever held."""

import pathlib
import time

SAMPLE_SECONDS = 0.002


def wait_and_measure(process):
    """Waits for a started program; returns its standard output, its errors and its peak in bytes.

    Not ru_maxrss: there a program inherits what its parent held before exec. The kernel's own high
    water mark is read until the end, so only a rise within the last sample can be missed.
    """
    status = pathlib.Path(f"/proc/{process.pid}/status")
    peak = 0
    while process.poll() is None:
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                peak = int(line.split()[1]) * 1024
        time.sleep(SAMPLE_SECONDS)
    return process.stdout.read(), process.stderr.read(), peak
