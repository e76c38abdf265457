"""Keys from wherever AWS has them, over HTTP: roles of STS, containers, EC2 instances. The servers
check every signature, so a query that Athena answers was signed with keys that it knows."""

import pathlib

import pytest

from cloud_project import CloudProject
from cloud_proxy import CloudProxy
from metadata_service import CONTAINER_TOKEN, FOLDER, ROLE, MetadataService
from sso_portal import TOKEN, SsoPortal, log_in

ROLE_ARN = "arn:aws:iam::123456789012:role/reader"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
REFUSED = 77


class Asker:
    """Asks Athena, which keeps its answer: nothing is asked of S3, which knows no keys of STS."""

    def __init__(self, project, servers):
        self.cloud = CloudProject(project, servers)
        self.cloud.configure()
        self.cloud.glue.create_database(DatabaseInput={"Name": self.cloud.database})
        self.path = project.folder / "carmilla.yaml"
        self.path.write_text("".join(
            line for line in self.path.read_text().splitlines(keepends=True)
            if not line.startswith("athena:")))
        self.environment = project.environment
        self.keys = {name: self.environment.pop(name) for name in KEYS}
        self.proxy = CloudProxy(servers)
        self.environment |= self.proxy.environment
        self.signers = {}
        self.proxy.script = self.note

    def note(self, request, forward):
        signer = request.headers.get("Authorization", "").partition("Credential=")[2]
        self.signers.setdefault(request.service, set()).add(signer.partition("/")[0])
        return forward()

    def ask(self):
        finished = self.cloud.project.run("query", "--on", "athena", "--csv", "SELECT 7 AS n",
                                          environment={"CARMILLA_LOG": "debug"})
        for secret in (self.keys["AWS_SECRET_ACCESS_KEY"], "kept-token", CONTAINER_TOKEN, TOKEN):
            assert secret not in finished.out + finished.err
        return finished

    def answers(self):
        finished = self.ask()
        assert finished.code == 0 and finished.out.split() == ["n", "7"], str(finished)
        return True

    def is_signed_by_role(self):
        """The keys of Athena's requests are none that were configured."""
        return self.answers() and all(
            key.startswith("ASIA") and key not in self.keys.values()
            for key in self.signers["athena"])


@pytest.fixture
def asker(project, servers):
    made = Asker(project, servers)
    yield made
    made.proxy.close()


@pytest.fixture
def metadata(asker):
    made = MetadataService(*(asker.keys[name] for name in KEYS))
    yield made
    made.close()


def test_a_role_is_taken_on_with_the_keys_that_there_are(asker):
    asker.environment |= asker.keys
    asker.path.write_text(asker.path.read_text() + f"aws: {{assume_role: {{arn: '{ROLE_ARN}'}}}}\n")
    assert asker.is_signed_by_role()
    assert asker.signers["sts"] == {asker.keys["AWS_ACCESS_KEY_ID"]}


def test_a_profile_takes_on_a_role(asker):
    folder = asker.cloud.project.folder / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        f"[profile base]\naws_access_key_id = {asker.keys[KEYS[0]]}\n"
        f"aws_secret_access_key = {asker.keys[KEYS[1]]}\n"
        f"[profile reader]\nrole_arn = {ROLE_ARN}\nsource_profile = base\n", encoding="utf-8")
    asker.environment["AWS_PROFILE"] = "reader"
    assert asker.is_signed_by_role()


def test_a_web_identity_becomes_a_role_unsigned(asker):
    token = asker.cloud.project.folder / "token"
    token.write_text("header.claims.signature", encoding="ascii")
    asker.environment |= {"AWS_ROLE_ARN": ROLE_ARN, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token)}
    assert asker.is_signed_by_role()
    assert asker.signers["sts"] == {""}


def test_a_role_that_sts_refuses_is_named(asker):
    asker.environment |= asker.keys
    asker.path.write_text(asker.path.read_text() + f"aws: {{assume_role: {{arn: '{ROLE_ARN}'}}}}\n")
    asker.proxy.script = lambda request, forward: (
        request.refusal("AccessDenied", status=403) if request.service == "sts" else forward())
    refused = asker.ask()
    assert refused.code == REFUSED and ROLE_ARN in refused.err, str(refused)
    assert "sts:AssumeRole" in refused.err and "athena" not in asker.signers


def test_a_container_gives_keys_to_who_has_its_token(asker, metadata):
    asker.environment |= {"AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.url + "/container",
                          "AWS_CONTAINER_AUTHORIZATION_TOKEN": CONTAINER_TOKEN}
    assert asker.answers() and metadata.asked == [("GET", "/container")]
    asker.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "another"
    refused = asker.ask()
    assert refused.code == REFUSED and "HTTP status 401" in refused.err, str(refused)


def test_an_instance_gives_the_keys_of_its_role_to_a_session(asker, metadata):
    del asker.environment["AWS_EC2_METADATA_DISABLED"]
    asker.environment |= {"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url,
                          # Services of this machine are asked past every proxy.
                          "http_proxy": "http://127.0.0.1:1", "no_proxy": ""}
    asker.environment |= {name: url.replace("http://127.0.0.1", "http://localhost")
                          for name, url in asker.proxy.environment.items()}
    asker.environment["no_proxy"] = "localhost"
    assert asker.answers()
    assert metadata.asked == [("PUT", "/latest/api/token"), ("GET", FOLDER),
                              ("GET", FOLDER + ROLE)]


@pytest.fixture
def portal(asker, servers):
    folder = pathlib.Path(servers.environment["AWS_CA_BUNDLE"]).parent
    made = SsoPortal(*(asker.keys[name] for name in KEYS),
                     certificate=(folder / "server.crt", folder / "server.key"))
    asker.environment |= {"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": made.url}
    yield made
    made.close()


def test_who_is_logged_in_by_sso_gets_keys_from_its_portal(asker, portal):
    log_in(asker.cloud.project.folder, "2099-01-01T00:00:00Z")
    assert asker.answers() and portal.asked == 1
    assert asker.signers["athena"] == {asker.keys[KEYS[0]]}


def test_a_login_by_sso_that_is_over_is_told_with_its_cure(asker, portal):
    home = asker.cloud.project.folder
    log_in(home, "2024-05-01T00:00:00Z")
    over = asker.ask()
    assert over.code == REFUSED and portal.asked == 0, str(over)
    assert "the login of profile work has expired" in over.err
    assert over.err.count("aws sso login --profile work") == 1
    # It may be over for the portal before its time.
    log_in(home, "2099-01-01T00:00:00Z")
    portal.is_open = False
    refused = asker.ask()
    assert refused.code == REFUSED and portal.asked == 1, str(refused)
    assert "SSO gave no keys to profile work: HTTP status 401" in refused.err
    assert refused.err.count("aws sso login --profile work") == 1
    assert "athena" not in asker.signers
