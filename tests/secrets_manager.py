"""A stand-in of AWS Secrets Manager that gives the values of a list, one after the other."""

import json

from loopback_server import LoopbackServer, QuietHandler


class SecretsManager(LoopbackServer):
    def __init__(self, values):
        self.values = values
        self.requests = []
        outer = self

        class Handler(QuietHandler):
            def do_POST(self):  # The name is http.server's.
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.headers["X-Amz-Target"], body["SecretId"]))
                is_signed = "/secretsmanager/aws4_request" in self.headers["Authorization"]
                value = outer.values[min(len(outer.requests), len(outer.values)) - 1]
                if is_signed and value:
                    self.answer(200, json.dumps({"SecretString": value}))
                else:
                    self.answer(400, json.dumps({"__type": "ResourceNotFoundException"}))

        super().__init__(Handler)
