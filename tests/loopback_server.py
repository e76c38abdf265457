"""A small server of HTTP on loopback, as long as a test needs it."""

import http.server
import socket
import ssl
import threading


class QuietHandler(http.server.BaseHTTPRequestHandler):
    """Answers without a line for each request on the terminal."""

    def answer(self, status, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class LoopbackServer:
    """Serves with a class of handlers until it is closed; `certificate` is the paths of one and of
    its key, for HTTPS."""

    def __init__(self, handler, host="127.0.0.1", certificate=None):
        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            block_on_close = False

        self.server = Server((host, 0), handler)
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        place = f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{place}:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
