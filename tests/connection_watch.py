"""Tells where a program connects and sends to, as the kernel sees it.

A seccomp filter hands every connect, sendto, sendmsg and sendmmsg of a thread and of what it
starts to a watcher, which notes the address and lets the call go on. Neither privileges nor
packages are needed; name servers asked by the C library are seen like everything else.
"""

import ctypes
import fcntl
import ipaddress
import os
import platform
import select
import socket
import struct
import threading

# System calls and the place of the address among their arguments.
CALLS = {
    "x86_64": {"seccomp": 317, "connect": 42, "sendto": 44, "sendmsg": 46, "sendmmsg": 307},
    "aarch64": {"seccomp": 277, "connect": 203, "sendto": 206, "sendmsg": 211, "sendmmsg": 269},
}[platform.machine()]
SET_NO_NEW_PRIVILEGES = 38
SET_FILTER, NEW_LISTENER = 1, 8
ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NOTIFICATION = struct.Struct("=QII iIQ 6Q")
ANSWER = struct.Struct("=QqiI")
RECEIVE, SEND = 0xC0502100, 0xC0182101
CONTINUE = 1


def install_filter():
    """Puts this thread, and what it starts from now on, under watch; gives the listener."""
    watched = [CALLS[name] for name in ("connect", "sendto", "sendmsg", "sendmmsg")]
    steps = [(LOAD, 0, 0, 0)]
    steps += [(JUMP_IF_EQUAL, len(watched) - place, 0, number)
              for place, number in enumerate(watched)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOTIFY)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    listener = libc.syscall(CALLS["seccomp"], SET_FILTER, NEW_LISTENER, program)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "this kernel cannot watch system calls (seccomp)")
    return listener


def read_memory(process, address, size):
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        return memory.read(size)


def name_of(address):
    """A socket address as text: a path, or host:port."""
    (family,) = struct.unpack_from("=H", address)
    if family == socket.AF_UNIX:
        return address[2:].split(b"\0", 1)[0].decode()
    (port,) = struct.unpack_from("!H", address, 2)
    if family == socket.AF_INET:
        return f"{ipaddress.IPv4Address(address[4:8])}:{port}"
    if family == socket.AF_INET6:
        return f"[{ipaddress.IPv6Address(address[8:24])}]:{port}"
    return f"family {family}"


def destination(process, call, arguments):
    """Where a call goes; None when its socket was connected before, or goes nowhere."""
    place, size = arguments[1:3]
    if call == CALLS["sendto"]:
        place, size = arguments[4:6]
    elif call != CALLS["connect"]:
        # Both messages begin with the address. One is looked at: nobody sends several apart.
        place, size = struct.unpack("=QI", read_memory(process, arguments[1], 12))
    if not place or not size:
        return None
    address = read_memory(process, place, min(size, 128))
    return None if struct.unpack_from("=H", address)[0] == socket.AF_UNSPEC else name_of(address)


class ConnectionWatch:
    """`destinations`: what the calls of `run` went to, until now."""

    def __init__(self):
        self.destinations = set()

    def run(self, function):
        """Calls `function` in a thread of its own, under watch; gives its result."""
        outcome = []
        stop_reader, stop_writer = os.pipe()
        watchers = []

        def work():
            try:
                listener = install_filter()
                watchers.append(threading.Thread(target=self._watch,
                                                 args=(listener, stop_reader)))
                watchers[0].start()
                outcome.append(function())
            except BaseException as error:  # Told to the caller, in its thread.
                outcome.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
        os.write(stop_writer, b"x")
        for watcher in watchers:
            watcher.join()
        os.close(stop_reader)
        os.close(stop_writer)
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    def _watch(self, listener, stop):
        while True:
            ready, _, _ = select.select([listener, stop], [], [])
            if stop in ready:
                break
            self._answer(listener)
        os.close(listener)

    def _answer(self, listener):
        received = bytearray(NOTIFICATION.size)
        try:
            fcntl.ioctl(listener, RECEIVE, received)
            number, process, _, call, _, _, *arguments = NOTIFICATION.unpack(received)
            try:
                found = destination(process, call, arguments)
            except (OSError, struct.error) as error:
                found = f"not seen: {error}"  # Noted, so that a test that expects less fails.
            if found:
                self.destinations.add(found)
            fcntl.ioctl(listener, SEND, ANSWER.pack(number, 0, 0, CONTINUE))
        except FileNotFoundError:
            pass  # The caller ended before its answer.
