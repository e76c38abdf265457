"""A proxy of HTTP that opens tunnels (CONNECT), all of them to one server."""

import http.server
import select
import socket
import threading
import urllib.parse


class ConnectProxy:
    """`asked` has the places (`host:port`) that clients asked for."""

    def __init__(self, server):
        upstream = urllib.parse.urlsplit(server)
        self.asked = asked = set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):  # The name is http.server's.
                asked.add(self.path)
                with socket.create_connection((upstream.hostname, upstream.port)) as there:
                    self.send_response_only(200)
                    self.end_headers()
                    relay(self.connection, there)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.block_on_close = False
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


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
