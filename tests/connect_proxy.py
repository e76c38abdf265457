"""A proxy of HTTP that opens tunnels (CONNECT), all of them to one server."""

import select
import socket
import urllib.parse

from loopback_server import LoopbackServer, QuietHandler


class ConnectProxy(LoopbackServer):
    """`asked` has the places (`host:port`) that clients asked for."""

    def __init__(self, server):
        upstream = urllib.parse.urlsplit(server)
        self.asked = asked = set()

        class Handler(QuietHandler):
            def do_CONNECT(self):  # The name is http.server's.
                asked.add(self.path)
                with socket.create_connection((upstream.hostname, upstream.port)) as there:
                    self.send_response_only(200)
                    self.end_headers()
                    relay(self.connection, there)

        super().__init__(Handler)


def relay(one, other):
    """Passes bytes both ways until either side ends."""
    while True:
        readable, _, _ = select.select([one, other], [], [])
        for source in readable:
            try:
                data = source.recv(65536)
            except ConnectionResetError:
                return
            if not data:
                return
            (other if source is one else one).sendall(data)
