"""Stands between the program and the stand-ins for AWS, and spoils what a script tells it to.

A plain HTTP server on a loopback port for all services at once. Signatures stay valid: the Host
that the program signed is passed on too.
"""

import http.client
import json
import ssl
import urllib.parse
from typing import NamedTuple
from xml.sax.saxutils import escape

from loopback_server import LoopbackServer, QuietHandler

SERVICES = ("S3", "GLUE", "ATHENA", "STS", "SECRETS_MANAGER")
OF_ONE_HOP = ("connection", "content-length", "transfer-encoding", "keep-alive")
# Instead of an answer: the connection is closed, or nothing comes for as long as it takes.
LOST = "lost"
SILENCE = "silence"


class Answer(NamedTuple):
    status: int
    headers: list
    body: bytes


class Request:
    """One request as the program sent it."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        path, _, query = target.partition("?")
        self.path = urllib.parse.unquote(path)
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        scope = headers.get("Authorization", "").partition("Credential=")[2].split("/")
        self.service = scope[3] if len(scope) > 3 else "sts"
        # `GetTable` of JSON services, `PUT` of S3.
        self.operation = headers.get("X-Amz-Target", method).rpartition(".")[2]

    def parameters(self):
        return json.loads(self.body)

    def refusal(self, code, message="of a test", status=None):
        """An error as the service writes it."""
        if self.service == "s3":
            text = (f"<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
                    "<RequestId>4711</RequestId></Error>")
            return Answer(status or 403, [], text.encode())
        text = json.dumps({"__type": code, "Message": message})
        return Answer(status or 400, [("x-amzn-RequestId", "4711")], text.encode())


class CloudProxy(LoopbackServer):
    """`script(request, forward)` gives the answer to each request: `forward()` is the server's.
    `seen` has the operations of all requests in their order."""

    def __init__(self, servers, host="127.0.0.1"):
        self.servers = servers
        self.script = lambda request, forward: forward()
        self.seen = []
        self.trusted = ssl.create_default_context(cafile=servers.environment["AWS_CA_BUNDLE"])
        outer = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def serve(self):
                outer.serve(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = serve

        super().__init__(Handler, host)
        self.environment = {f"AWS_ENDPOINT_URL_{service}": self.url for service in SERVICES}

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        request = Request(handler.command, handler.path, handler.headers, body)
        self.seen.append(request.operation)
        answer = self.script(request, lambda: self.forward(request))
        if answer is SILENCE:
            handler.rfile.read(1)  # Until the client gives up.
        if answer in (SILENCE, LOST):
            handler.close_connection = True
            return
        is_head = request.method == "HEAD"
        handler.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in OF_ONE_HOP or (is_head and name.lower() == "content-length"):
                handler.send_header(name, value)
        if not is_head and answer.status != 204:
            handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        if not is_head:
            handler.wfile.write(answer.body)

    def forward(self, request):
        variable = "AWS_ENDPOINT_URL_S3" if request.service == "s3" else "AWS_ENDPOINT_URL_GLUE"
        server = urllib.parse.urlsplit(self.servers.environment[variable])
        connection = http.client.HTTPSConnection(server.hostname, server.port,
                                                 context=self.trusted)
        try:
            connection.putrequest(request.method, request.target, skip_host=True,
                                  skip_accept_encoding=True)
            for name, value in request.headers.items():
                if name.lower() not in OF_ONE_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()


def first_times(count, operation, spoil):
    """A script that spoils the first `count` requests of one operation; `spoil` as a script."""
    left = [count]

    def script(request, forward):
        if request.operation == operation and left[0] > 0:
            left[0] -= 1
            return spoil(request, forward)
        return forward()

    return script


def lose_answer(request, forward):
    """The server does what it was asked for, and nobody hears of it."""
    forward()
    return LOST
