"""The services that give keys to containers and to EC2 instances (IMDSv2), on loopback: plain HTTP,
with the tokens that they demand."""

import json

from loopback_server import LoopbackServer, QuietHandler

CONTAINER_TOKEN = "container-token"
SESSION = "session-of-imds"
ROLE = "carmilla-role"
FOLDER = "/latest/meta-data/iam/security-credentials/"


class MetadataService(LoopbackServer):
    """`asked` has method and path of each request that was answered."""

    def __init__(self, key_id, secret):
        keys = json.dumps({"Code": "Success", "AccessKeyId": key_id, "SecretAccessKey": secret,
                           "Token": "kept-token", "Expiration": "2099-01-01T00:00:00Z"})
        self.asked = asked = []

        class Handler(QuietHandler):
            def do_PUT(self):
                is_right = (self.path == "/latest/api/token"
                            and self.headers["X-aws-ec2-metadata-token-ttl-seconds"])
                self.give(SESSION if is_right else None, 400)

            def do_GET(self):
                texts = {"/container": keys, FOLDER: ROLE, FOLDER + ROLE: keys}
                is_known = (self.headers["Authorization"] == CONTAINER_TOKEN
                            if self.path == "/container"
                            else self.headers["X-aws-ec2-metadata-token"] == SESSION)
                self.give(texts.get(self.path) if is_known else None, 401)

            def give(self, text, otherwise):
                if text is None:
                    self.answer(otherwise)
                    return
                asked.append((self.command, self.path))
                self.answer(200, text)

        super().__init__(Handler)
