"""The services that give keys to containers and to EC2 instances (IMDSv2), on loopback: plain HTTP,
with the tokens that they demand."""

import http.server
import json
import threading

CONTAINER_TOKEN = "container-token"
SESSION = "session-of-imds"
ROLE = "carmilla-role"
FOLDER = "/latest/meta-data/iam/security-credentials/"


class MetadataService:
    """`asked` has method and path of each request that was answered."""

    def __init__(self, key_id, secret):
        keys = json.dumps({"Code": "Success", "AccessKeyId": key_id, "SecretAccessKey": secret,
                           "Token": "kept-token", "Expiration": "2099-01-01T00:00:00Z"})
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                is_right = (self.path == "/latest/api/token"
                            and self.headers["X-aws-ec2-metadata-token-ttl-seconds"])
                self.answer(SESSION if is_right else None, 400)

            def do_GET(self):
                texts = {"/container": keys, FOLDER: ROLE, FOLDER + ROLE: keys}
                is_known = (self.headers["Authorization"] == CONTAINER_TOKEN
                            if self.path == "/container"
                            else self.headers["X-aws-ec2-metadata-token"] == SESSION)
                self.answer(texts.get(self.path) if is_known else None, 401)

            def answer(self, text, otherwise):
                if text is not None:
                    asked.append((self.command, self.path))
                body = (text or "").encode()
                self.send_response(200 if text is not None else otherwise)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
