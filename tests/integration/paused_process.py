"""A run of the test program that stops itself (SIGSTOP) at a named place."""

import os
import signal


def start_and_stop_at(project, failpoint, *arguments):
    """Starts the program; returns the process once it stands at the fail point."""
    program = os.environ["CARMILLA_FAILPOINT_PROGRAM"]
    project.program, product = program, project.program
    process = project.start(*arguments, environment={"CARMILLA_FAILPOINT": f"{failpoint}=stop"})
    project.program = product
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), process.communicate()
    return process


def wake(process):
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err
