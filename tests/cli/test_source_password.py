"""The password of the source from the configuration's own key: a variable, or Secrets Manager."""

import json

import pytest

from own_server import OwnServer
from secrets_manager import SecretsManager

PASSWORD = "kept-Pa55word"
OLD = "old-Pa55word"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = OwnServer(tmp_path_factory.mktemp("server"))
    made.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'", "CREATE DATABASE app")
    made.execute("CREATE TABLE orders (id int)", "INSERT INTO orders VALUES (1), (2)",
                 "GRANT SELECT ON orders TO reader", dbname="app")
    made.configure(hba=["host all all all scram-sha-256"])
    yield made
    made.stop()


@pytest.fixture
def run(project, server):
    """Runs the program with a `password:`, and asserts that nobody is told one."""
    def check(password, values=(), command=("run",), **environment):
        manager = SecretsManager(list(values))
        for name in [name for name in project.environment if name.startswith("AWS_")]:
            del project.environment[name]
        project.environment |= {
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "canary",
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": manager.url, "CARMILLA_LOG": "debug",
            "HOME": str(project.folder), **environment}
        (project.folder / "carmilla.yaml").write_text(
            "connections:\n  app:\n    postgres: host=127.0.0.1 port="
            f"{server.port} user=reader dbname=app\n    {password}\n"
            "lake: {path: ./lake}\ntables: [public.orders]\n", encoding="utf-8")
        try:
            finished = project.run(*command)
        finally:
            manager.close()
        for secret in (PASSWORD, OLD, "canary"):
            assert secret not in finished.out + finished.err
        return finished, manager.requests
    return check


def test_a_variable(run):
    finished, requests = run("password: env:READER_PASSWORD", READER_PASSWORD=PASSWORD)
    assert finished.code == 0 and requests == [], str(finished)
    finished, _ = run("password: env:READER_PASSWORD", READER_PASSWORD=OLD)
    assert finished.code == 77, str(finished)
    finished, _ = run(f"password: {OLD}")
    assert finished.code == 78 and "password must not be written out" in finished.err


def test_a_secret_is_read_once_for_a_run(run):
    finished, requests = run("password: secret:prod/db", [PASSWORD])
    assert finished.code == 0, str(finished)
    assert requests == [("secretsmanager.GetSecretValue", "prod/db")]


def test_a_key_of_the_json_of_a_secret(run):
    value = json.dumps({"username": "reader", "password": PASSWORD})
    finished, _ = run("password: secret:prod/db#password", [value])
    assert finished.code == 0, str(finished)
    finished, _ = run("password: secret:prod/db#passwort", [value])
    assert finished.code == 78 and "no text under passwort" in finished.err, str(finished)


def test_a_rotated_secret_is_read_again_when_the_login_is_refused(run):
    finished, requests = run("password: secret:prod/db", [OLD, PASSWORD])
    assert finished.code == 0, str(finished)
    assert len(requests) == 2


def test_a_secret_that_stays_wrong_is_refused_after_one_more_look(run):
    finished, requests = run("password: secret:prod/db", [OLD], command=("plan",))
    assert finished.code == 77 and "hint: " in finished.err, str(finished)
    assert len(requests) == 2


def test_what_is_wrong_with_a_secret(run):
    finished, _ = run("password: secret:prod/db", [None])
    assert finished.code == 78, str(finished)
    assert "reading secret prod/db: there is none in eu-west-1" in finished.err
    finished, _ = run("password: 'secret:#x'")
    assert finished.code == 78 and "password names no secret" in finished.err, str(finished)
    finished, _ = run("password: secret:prod/db\n    auth: rds-iam")
    assert finished.code == 78 and "auth: rds-iam needs no password" in finished.err
