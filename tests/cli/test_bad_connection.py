"""Servers, databases and passwords that are wrong: told at once, nothing published is touched."""

import socket

import pytest

CANARY = "canary-Pa55word-9f3"


def run_against(project, conninfo, *arguments, **variables):
    return project.run("run", *arguments, environment={"DATABASE_URL": conninfo, **variables})


def over_tcp(project, **keywords):
    return project.database.conninfo(host="127.0.0.1", **keywords)


@pytest.fixture
def refused_port():
    """A port that nobody listens on, taken so that nobody will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_wrong_password_is_refused_with_77(project, kept, make_role):
    role = make_role("PASSWORD 'right'")
    finished = run_against(project, over_tcp(project, user=role, password="wrong"))
    kept.survives(finished, 77, f'password authentication failed for user "{role}"',
                  "hint: check the password", "PGPASSWORD or ~/.pgpass")


def test_a_missing_password_is_asked_for(project, kept, make_role):
    role = make_role("PASSWORD 'right'")
    finished = run_against(project, over_tcp(project, user=role), PGPASSFILE="/dev/null")
    kept.survives(finished, 77, "no password supplied", "hint: the server asks for a password")


def test_a_password_in_the_file_is_refused_before_connecting(project, kept):
    path = project.folder / "carmilla.yaml"
    path.write_text(path.read_text().replace(
        "env:DATABASE_URL", f"'host=127.0.0.1 password={CANARY}'"))
    finished = project.run("run")
    assert CANARY not in finished.err
    project.configure()
    kept.survives(finished, 78, "carmilla.yaml:2:")


def test_an_unknown_service_is_named_before_any_server(project, kept):
    finished = run_against(project, "service=nowhere")
    kept.survives(finished, 78, 'connecting to the server: definition of service "nowhere"',
                  "hint: check the service's name and its file")


@pytest.mark.parametrize("source", [
    f"postgres://user:{CANARY}@127.0.0.1/database", f"host=127.0.0.1 password={CANARY}",
    f"postgres://127.0.0.1/database?password={CANARY}"])
def test_a_password_among_the_arguments_is_refused_and_not_repeated(project, kept, source):
    extract = project.run("extract", "--source", source, "public.kept", "--to", "x.parquet")
    override = project.run("run", "--set", f"connections.app.postgres={source}")
    for finished, code in ((extract, 64), (override, 78)):
        assert CANARY not in finished.err
        kept.survives(finished, code, "password", "hint: ", "env:")
    assert not (project.folder / "x.parquet").exists()


def test_a_host_that_is_down_is_69(project, kept, refused_port):
    finished = run_against(project, f"host=127.0.0.1 port={refused_port} user=u dbname=d")
    kept.survives(finished, 69, "Connection refused", f"127.0.0.1:{refused_port}",
                  "hint: check host and port")


def test_an_unknown_host_is_69(project, kept):
    finished = run_against(project, "host=no-such-host.invalid user=u dbname=d")
    kept.survives(finished, 69, "no-such-host.invalid", "hint: check the host's name")


def test_a_missing_socket_is_69(project, kept):
    finished = run_against(project, f"host={project.folder} user=u dbname=d port=5432")
    kept.survives(finished, 69, "No such file or directory", "hint: check host and port")


def test_an_unknown_database_is_78(project, kept):
    finished = run_against(project, project.database.conninfo(dbname="no_such_database"))
    kept.survives(finished, 78, 'database "no_such_database" does not exist',
                  "hint: check the database's name")


def test_an_unknown_role_is_77(project, kept):
    finished = run_against(project, project.database.conninfo(user="no_such_role"))
    kept.survives(finished, 77, "no_such_role", "hint: check the user")


def test_a_variable_that_is_not_set_is_named(project, kept):
    project.environment.pop("DATABASE_URL")
    finished = project.run("run")
    kept.survives(finished, 78, "carmilla.yaml:2:19: postgres: the environment variable",
                  "DATABASE_URL is not set", "hint: set it, as in `export DATABASE_URL=")


@pytest.mark.parametrize("conninfo", [
    f"hots=localhost password={CANARY}",
    f"postgres://user:{CANARY}/database",
    f"postgres://user:{CANARY}@x@127.0.0.1/database",
    f"host=127.0.0.1 password='{CANARY}",
])
def test_a_malformed_connection_is_78_and_not_quoted(project, kept, conninfo):
    finished = run_against(project, conninfo, "--log-level", "debug")
    assert CANARY not in finished.err
    kept.survives(finished, 78, "hint: write ")


def test_no_output_ever_holds_the_password(project, kept, make_role):
    role = make_role(f"PASSWORD '{CANARY}'")
    project.database.execute(f"GRANT USAGE ON SCHEMA public TO {role}",
                             f"GRANT SELECT ON kept TO {role}")
    right = over_tcp(project, user=role, password=CANARY)
    wrong = over_tcp(project, user=role, password=CANARY + "x")
    uri = (f"postgres://{role}:{CANARY}@127.0.0.1:{project.database.settings['PGPORT']}"
           f"/{project.database.name}")
    texts = []
    for conninfo, code in ((right, 0), (wrong, 77), (uri, 0)):
        for command in ("plan", "run", "status", "verify"):
            finished = project.run(command, "--log-level", "debug",
                                   environment={"DATABASE_URL": conninfo})
            needs_server = command in ("plan", "run")
            assert finished.code == (code if needs_server else 0), str(finished)
            texts.append(str(finished))
    extracted = project.run("extract", "--source", "env:SOURCE", "public.kept", "--to", "x.parquet",
                            "--log-level", "debug", environment={"SOURCE": uri})
    assert extracted.code == 0, str(extracted)
    texts.append(str(extracted))
    written = [path.read_bytes() for path in project.folder.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert not any(CANARY in text for text in texts)
    assert not any(CANARY.encode() in content for content in written)
    assert kept.is_complete()
