"""A stand-in of AWS Secrets Manager that gives the values of a list, one after the other."""

import http.server
import json
import threading


class SecretsManager:
    def __init__(self, values):
        self.values = values
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # The name is http.server's.
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.headers["X-Amz-Target"], body["SecretId"]))
                is_signed = "/secretsmanager/aws4_request" in self.headers["Authorization"]
                value = outer.values[min(len(outer.requests), len(outer.values)) - 1]
                status, answer = (200, {"SecretString": value}) if is_signed and value else (
                    400, {"__type": "ResourceNotFoundException"})
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
