"""Stands between the program and a server and changes what tests cannot wait for or install.

A relay on a loopback port for one real server. Every answer is the server's own, except values
of rows whose query a lie names, and the process number that a client is told.
"""

import re
import socket
import struct
import threading

STARTUP_REFUSED = (80877103, 80877104)  # TLS and GSS: asked for before the startup message


def receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def read_message(connection):
    kind, size = struct.unpack("!cI", receive(connection, 5))
    return kind, receive(connection, size - 4)


def write_message(connection, kind, body):
    connection.sendall(kind + struct.pack("!I", len(body) + 4) + body)


def row_values(body):
    values, place = [], 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        size = struct.unpack("!i", body[place:place + 4])[0]
        place += 4
        values.append(None if size < 0 else body[place:place + size].decode())
        place += max(size, 0)
    return values


def row_body(values):
    body = struct.pack("!H", len(values))
    for value in values:
        data = None if value is None else value.encode()
        body += struct.pack("!i", -1) if data is None else struct.pack("!I", len(data)) + data
    return body


class LyingServer:
    """`lies`: pairs of a pattern that a query matches and a function from row to row. `clients`
    have connected until now."""

    def __init__(self, database, lies=(), process=None):
        self.socket = f"{database.settings['PGHOST']}/.s.PGSQL.{database.settings['PGPORT']}"
        self.lies = [(re.compile(pattern), change) for pattern, change in lies]
        self.process = process
        self.clients = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.clients += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.socket)
        question = {"sql": ""}
        back = threading.Thread(target=self.answer, args=(server, client, question), daemon=True)
        try:
            size = receive(client, 4)
            body = receive(client, struct.unpack("!I", size)[0] - 4)
            while struct.unpack("!I", body[:4])[0] in STARTUP_REFUSED:
                client.sendall(b"N")
                size = receive(client, 4)
                body = receive(client, struct.unpack("!I", size)[0] - 4)
            server.sendall(size + body)
            back.start()
            while True:
                kind, body = read_message(client)
                if kind in b"PQ":
                    question["sql"] = body.decode()
                write_message(server, kind, body)
        except (ConnectionError, OSError):
            server.close()
            client.close()

    def answer(self, server, client, question):
        try:
            while True:
                kind, body = read_message(server)
                if kind == b"K" and self.process is not None:
                    body = struct.pack("!I", self.process) + body[4:]
                if kind == b"D":
                    for pattern, change in self.lies:
                        if pattern.search(question["sql"]):
                            body = row_body(change(row_values(body)))
                write_message(client, kind, body)
        except (ConnectionError, OSError):
            client.close()
