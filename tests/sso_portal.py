"""The portal of IAM Identity Center, which gives keys of a role to who is logged in."""

import json
import urllib.parse

from loopback_server import LoopbackServer, QuietHandler

TOKEN = "kept-sso-token"
START_URL = "https://company.awsapps.com/start"
ACCOUNT = "123456789012"
ROLE = "Data"


class SsoPortal(LoopbackServer):
    """`is_open` is whether it knows the token; `asked` counts the requests."""

    def __init__(self, key_id, secret, certificate):
        keys = {"accessKeyId": key_id, "secretAccessKey": secret, "sessionToken": "kept-token",
                "expiration": 4070908800000}
        self.is_open = True
        self.asked = 0
        outer = self

        class Handler(QuietHandler):
            def do_GET(self):
                outer.asked += 1
                path, _, query = self.path.partition("?")
                asked_for = dict(urllib.parse.parse_qsl(query))
                is_right = (path == "/federation/credentials"
                            and asked_for == {"account_id": ACCOUNT, "role_name": ROLE}
                            and self.headers["x-amz-sso_bearer_token"] == TOKEN)
                if is_right and outer.is_open:
                    self.answer(200, json.dumps({"roleCredentials": keys}))
                else:
                    self.answer(401, json.dumps({"message": "Session token not found or invalid"}))

        super().__init__(Handler, certificate=certificate)


def log_in(home, expires_at):
    """Writes the profile and what `aws sso login` leaves."""
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (home / ".aws" / "config").write_text(
        f"[profile work]\nsso_session = company\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = {ROLE}\n"
        f"[sso-session company]\nsso_region = eu-west-1\nsso_start_url = {START_URL}\n",
        encoding="utf-8")
    (cache / "0a1b.json").write_text(json.dumps(
        {"startUrl": START_URL, "region": "eu-west-1", "accessToken": TOKEN,
         "expiresAt": expires_at}), encoding="utf-8")
