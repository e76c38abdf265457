"""A terminal without a screen: runs the program as a person would, and sees what they see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

LONGEST_WAIT = 30
# Cursor up, erase in line, erase below, colours: all that the program may send outside of the
# prompt, where the line editor sends its own.
SEQUENCE = re.compile(r"\x1b\[(\d*)(?:;\d+)*([A-Za-z])")


def open_pseudo_terminal():
    """Its two ends. A bare chroot, without /dev/pts, has none: there the test is skipped."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminals on this machine: {error}")


class Screen:
    """The lines that a terminal of so many columns shows, with those that scrolled away."""

    def __init__(self, columns):
        self.columns = columns
        self.lines = [""]
        self.row = self.column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            sequence = SEQUENCE.match(text, at)
            if sequence:
                self.control(sequence.group(1), sequence.group(2))
                at = sequence.end()
                continue
            assert text[at] != "\x1b", f"unknown control sequence: {text[at:at + 12]!r}"
            self.put(text[at])
            at += 1

    def control(self, number, letter):
        if letter == "A":
            self.row = max(0, self.row - int(number or 1))
        elif letter == "K":
            self.lines[self.row] = self.lines[self.row][:self.column]
        elif letter == "J":
            self.lines[self.row] = self.lines[self.row][:self.column]
            del self.lines[self.row + 1:]
        else:
            assert letter == "m", f"unknown control sequence: {letter}"

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append("")
        else:
            if self.column == self.columns:
                self.put("\r")
                self.put("\n")
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + character + line[self.column + 1:]
            self.column += 1

    def text(self):
        return "\n".join(line.rstrip() for line in self.lines)

    def is_clean(self):
        """The cursor stands at the begin of the last line, and that is empty."""
        return (self.row, self.column) == (len(self.lines) - 1, 0) and self.lines[-1] == ""


class PseudoTerminal:
    """The program on a terminal of its own, as the leader of a session."""

    def __init__(self, arguments, columns=80, lines=24, environment=None, folder=None, **options):
        self.main, child = open_pseudo_terminal()
        self.resize(columns, lines)
        streams = {"stdin": child, "stdout": child, "stderr": child, **options}
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [str(argument) for argument in arguments], cwd=folder, env=environment,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(child, termios.TIOCSCTTY, 0),
            **streams)
        os.close(child)
        self.columns = columns
        self.text = ""
        self.seen = 0

    def resize(self, columns, lines=24):
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read(self, timeout):
        """Takes what has come; False at the end or when nothing comes in time."""
        if not select.select([self.main], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.main, 65536)
        except OSError:  # The other side has closed.
            return False
        self.text += data.decode("utf-8", errors="replace")
        return bool(data)

    def wait_for(self, pattern):
        """Returns the match of `pattern` behind what was waited for before."""
        deadline = time.monotonic() + LONGEST_WAIT
        while True:
            found = re.search(pattern, self.text[self.seen:])
            if found:
                self.seen += found.end()
                return found
            assert time.monotonic() < deadline, f"never came: {pattern}\n{self.text[self.seen:]}"
            assert self.read(timeout=1) or self.process.poll() is None, (
                f"ended without: {pattern}\n{self.text}")

    def send(self, text):
        os.write(self.main, text.encode())

    def wait_for_signals(self):
        """Returns once Ctrl-C is a signal again and no key for the line editor."""
        deadline = time.monotonic() + LONGEST_WAIT
        while not termios.tcgetattr(self.main)[3] & termios.ISIG:
            assert time.monotonic() < deadline, "the line editor never ended"
            time.sleep(0.001)

    def interrupt(self):
        """Presses Ctrl-C."""
        self.send("\x03")

    def finish(self):
        """Reads to the end; returns the exit code."""
        deadline = time.monotonic() + LONGEST_WAIT
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"never ended:\n{self.text}"
            self.read(timeout=0.1)
        while self.read(timeout=0):
            pass
        return self.process.returncode

    def screen(self):
        """The screen after everything that was read."""
        screen = Screen(self.columns)
        screen.feed(self.text)
        return screen

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.main)
