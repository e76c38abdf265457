"""The role that `carmilla role` writes reads what is configured, and can do nothing else."""

import json
import pathlib
import shutil
import subprocess
import uuid

import psycopg
import pytest

from examination import Examination
from test_bad_names import quote

TABLES = """\
  - name: public.people
    columns: [id, born]
    where: is_active
    partition_by: {column: born, every: month}
  - sales.*
  - public.looking
  - public.gone"""


def psql():
    debian = pathlib.Path("/usr/lib/postgresql/15/bin/psql")
    return str(debian) if debian.exists() else shutil.which("psql")


@pytest.fixture
def sources(project, database):
    database.execute(
        "CREATE TABLE people (id int PRIMARY KEY, born date, is_active bool, secret text)",
        "INSERT INTO people SELECT i, '2000-01-01', i > 5, 'x' FROM generate_series(1, 10) i",
        "CREATE TABLE others (id int PRIMARY KEY)", "CREATE VIEW looking AS SELECT 1 AS id",
        "CREATE SCHEMA sales", 'CREATE TABLE sales."Orders" (id int PRIMARY KEY, total int)',
        'INSERT INTO sales."Orders" VALUES (1, 10)',
        "CREATE TABLE sales.visits (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE sales.visits_1 PARTITION OF sales.visits FOR VALUES FROM (1) TO (9)",
        "INSERT INTO sales.visits VALUES (1), (2)", "ANALYZE")
    project.configure(tables=TABLES)


@pytest.fixture
def create_role(project, database):
    """Runs what the program prints, as its own comment says; gives the name and the script."""
    names = []

    def create():
        name = f"reader_{uuid.uuid4().hex[:12]}"
        script = project.succeed("role", "--name", name).out
        assert "password" not in "".join(
            line for line in script.splitlines() if not line.startswith("--"))
        subprocess.run([psql(), "--single-transaction", "-q", "-v", "ON_ERROR_STOP=1",
                        database.conninfo()], input=script, text=True, check=True)
        names.append(name)
        return name, script

    yield create
    for name in names:
        database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.fixture
def role(sources, create_role):
    return create_role()[0]


@pytest.mark.since_postgres(14, "the doctor warns of older servers")
def test_the_role_suffices_for_everything_and_the_doctor_agrees(project, database, role):
    environment = {"DATABASE_URL": database.conninfo(user=role)}
    project.configure(tables=TABLES.replace("\n  - public.gone", ""))
    examination = Examination(project, environment=environment)
    assert examination.finished.code == 0, str(examination.finished)
    assert examination.report["problems"] == examination.report["warnings"] == 0
    run = project.run("run", environment=environment)
    assert run.code == 0, str(run)
    assert project.query("SELECT count(*), min(id) FROM people") == [["5", "6"]]
    assert project.query("SELECT sum(total) FROM orders_x1") == [["10"]]
    assert project.query("SELECT count(*) FROM visits") == [["2"]]
    assert project.query("SELECT id FROM looking") == [["1"]]


@pytest.mark.parametrize("statement", [
    "SELECT secret FROM people", "SELECT * FROM others", "DELETE FROM people",
    "SET default_transaction_read_only = off; INSERT INTO sales.visits VALUES (3)",
    "SET default_transaction_read_only = off; CREATE TABLE public.own (id int)"])
def test_the_role_can_do_nothing_else(database, role, statement):
    with database.connect(user=role) as connection:
        with pytest.raises((psycopg.errors.InsufficientPrivilege,
                            psycopg.errors.ReadOnlySqlTransaction)):
            connection.execute(statement)


def test_the_system_columns_of_a_table_with_chosen_columns_are_granted(database, role):
    with database.connect(user=role) as connection:
        rows = connection.execute("SELECT ctid::text, xmin::text::bigint > 0, id FROM people")
        assert rows.fetchone() == ("(0,1)", True, 1)


def test_the_script_tells_what_it_leaves_out_and_what_comes_later(project, sources):
    script = project.succeed("role").out
    assert 'CREATE ROLE "carmilla_reader" LOGIN NOSUPERUSER' in script
    assert "CONNECTION LIMIT 4;" in script
    assert 'GRANT SELECT (ctid, xmin, "id", "born", "is_active") ON "public"."people"' in script
    assert "-- Left out: selecting tables: no such relation: public.gone" in script
    assert 'ALTER DEFAULT PRIVILEGES IN SCHEMA "sales"' in script


def test_what_everybody_may_do_is_told_because_the_role_may_too(project, database, sources):
    assert "FROM PUBLIC" not in project.succeed("role").out
    database.execute("GRANT CREATE ON SCHEMA sales TO PUBLIC")
    assert '--     REVOKE CREATE ON SCHEMA "sales" FROM PUBLIC;' in project.succeed("role").out


def test_row_security_is_told_with_what_its_owner_may_decide(project, database, create_role):
    database.execute(
        "CREATE TABLE guarded AS SELECT i AS id FROM generate_series(1, 3) i",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (9)",
        "ALTER TABLE parts_1 ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE open (id int)", "CREATE VIEW shown AS SELECT id FROM guarded WHERE id > 1")
    project.configure(tables="  - public.*\n  - public.shown")
    role, script = create_role()
    assert f"""\
-- These need a decision of their owner:
--     public.guarded
--     public.parts
-- row-level security hides rows from the role, and a run refuses to copy a part:
--     ALTER ROLE "{role}" BYPASSRLS;
--     -- for every table; or name a view of the rows to copy instead
""" in script
    environment = {"DATABASE_URL": database.conninfo(user=role)}
    finding, = Examination(project, environment=environment).found["row-security"]
    assert finding["what"] in script
    assert finding["where"] == ["public.guarded", "public.parts"]
    assert all(f"--     {line}\n" in script for line in finding["cure"])
    # What the words promise holds: a view of the owner's shows its rows, BYPASSRLS all of them.
    assert project.run("run", environment=environment).code == 77
    assert project.query("SELECT count(*) FROM shown") == [["2"]]
    database.execute(finding["cure"][0])
    project.succeed("run", environment=environment)
    assert project.query("SELECT count(*) FROM guarded") == [["3"]]


def test_names_with_control_characters_neither_reach_the_terminal_nor_break_the_sql(
        project, database, create_role):
    name = "a\x1b[2J\n\";--\t\\\x7f\u009b1m"
    quoted = quote(name)
    database.execute(
        f"CREATE SCHEMA {quoted}", f"CREATE TABLE {quoted}.{quoted} ({quoted} int, secret int)",
        f"INSERT INTO {quoted}.{quoted} VALUES (1, 2)", f"CREATE TABLE {quoted} (id int)",
        f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY",
        f"GRANT CREATE ON SCHEMA {quoted} TO PUBLIC")
    pattern = json.dumps(f"{quoted}.{quoted}")
    gone = json.dumps(f"public.{quote(name + 'gone')}")
    project.configure(tables=f"  - name: {pattern}\n    columns: [{json.dumps(name)}]\n"
                             f"  - {gone}\n  - public.*")
    role, script = create_role()
    assert all(character == "\n" or character.isprintable() for character in script)
    # The configuration names its lines; no line of a name becomes a statement.
    assert all(line.startswith(("--", "CREATE ", "ALTER ", "GRANT ", "  NOREPLICATION")) or not line
               for line in script.splitlines())
    with database.connect(user=role) as connection:
        found = connection.execute(f"SELECT {quoted} FROM {quoted}.{quoted}").fetchall()
        assert found == [(1,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT secret FROM {quoted}.{quoted}")


@pytest.mark.parametrize("name", ["pg_reader", "public", ""])
def test_names_that_postgresql_keeps_are_refused(project, sources, name):
    finished = project.run("role", "--name", name)
    assert finished.code == 64, str(finished)
    assert "hint: choose another one with --name" in finished.err
