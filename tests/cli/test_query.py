"""`carmilla query`: SQL over the published tables, read-only, in every format."""

import json
import shlex
import subprocess

import duckdb
import pyarrow.parquet as pq
import pytest

from database import server_version


@pytest.fixture
def lake(project):
    project.database.execute(
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        "INSERT INTO customers VALUES (1, 'Carmilla, \"the\" countess'), (2, NULL), (3, '')",
        "CREATE TABLE orders (id int, customer_id int, amount numeric(10,2), at timestamptz)",
        "INSERT INTO orders SELECT i, 1 + i % 3, i * 0.5, '2024-01-01 12:00+00' "
        "FROM generate_series(1, 3000) i")
    project.configure()
    project.succeed("run")
    return project


JOIN = ("SELECT c.id, count(*) AS orders, sum(o.amount) AS total FROM orders o "
        "JOIN customers c ON c.id = o.customer_id GROUP BY c.id ORDER BY c.id")


def test_a_join_is_a_table_on_standard_output(lake):
    finished = lake.succeed("query", JOIN)
    assert finished.out == (" id | orders |     total\n"
                            "----+--------+----------\n"
                            "  1 |   1000 | 750750.00\n"
                            "  2 |   1000 | 749750.00\n"
                            "  3 |   1000 | 750250.00\n")
    assert finished.err == ""


def test_csv_tells_null_from_empty_and_quotes(lake):
    out = lake.succeed("query", "--csv", "SELECT * FROM customers ORDER BY id").out
    assert out == 'id,name\n1,"Carmilla, ""the"" countess"\n2,\n3,""\n'


def test_json_is_one_object_per_row(lake):
    lines = lake.succeed("query", "--json", "SELECT * FROM customers ORDER BY id").out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"id": 1, "name": 'Carmilla, "the" countess'}, {"id": 2, "name": None},
        {"id": 3, "name": ""}]


@pytest.fixture
def nested(project):
    if server_version() < 140000:
        pytest.skip("PostgreSQL 14 brought multiranges")
    project.database.execute(
        "CREATE TYPE part AS (id int, price numeric(30,6), at timestamptz)",
        "CREATE TYPE crate AS (label text, parts part[])",
        "CREATE TABLE boxes (id int, box crate, span int8range, spans nummultirange, note uuid)",
        "INSERT INTO boxes VALUES "
        "(1, ROW('a', ARRAY[ROW(7, 1.5, '2024-01-01 12:00+00'), NULL]::part[])::crate, "
        "'[1,5)', '{[1,2],(3,)}', '2c1d6a9e-0000-4000-8000-00000000ffff'), "
        "(2, ROW(NULL, '{}')::crate, 'empty', '{}', NULL), (3, NULL, NULL, NULL, NULL)")
    project.configure(extra="defaults: {proof: full}")
    project.succeed("run")
    return project


def test_nested_values_are_json_in_every_format(nested):
    out = nested.succeed("query", "--json", "SELECT * FROM boxes ORDER BY id").out
    part = {"id": 7, "price": 1.5, "at": "2024-01-01 12:00:00+00"}
    bounds = {"lower_inc": True, "upper_inc": False, "empty": False}
    first, second, third = map(json.loads, out.splitlines())
    assert first["box"] == {"label": "a", "parts": [part, None]}
    assert first["span"] == {"lower": 1, "upper": 5, **bounds}
    assert [span["empty"] for span in first["spans"]] == [False, False]
    assert second["box"] == {"label": None, "parts": []}
    assert second["span"] == {"lower": None, "upper": None, "lower_inc": False,
                              "upper_inc": False, "empty": True}
    assert second["spans"] == []
    assert third == {"id": 3, "box": None, "span": None, "spans": None, "note": None}
    assert nested.succeed("query", "SELECT id, span FROM boxes ORDER BY id").out.splitlines()[2] == (
        '  1 | {"lower": 1, "upper": 5, "lower_inc": true, "upper_inc": false, "empty": false}')


def test_members_are_filtered_and_summed(nested):
    assert nested.query("SELECT id FROM boxes WHERE box.parts[1].price > 1 AND span.lower = 1") == [
        ["1"]]
    assert nested.query("SELECT count(*) FROM boxes WHERE box IS NULL") == [["1"]]
    assert nested.query("SELECT sum(len(spans)) FROM boxes") == [["2"]]


def test_nested_values_are_verified(nested):
    assert "boxes" in nested.succeed("verify").out


def test_parquet_is_written_and_others_read_it(lake):
    finished = lake.succeed("query", "--parquet", "out/q.parquet",
                            "SELECT * FROM orders ORDER BY id")
    assert finished.out == ""
    path = lake.folder / "out/q.parquet"
    assert pq.read_metadata(path).num_rows == 3000
    assert duckdb.sql(f"SELECT sum(id), sum(amount)::text FROM read_parquet('{path}')").fetchall() == [
        (4501500, "2250750.00")]


def test_a_parquet_file_is_replaced_only_on_success(lake):
    path = lake.folder / "q.parquet"
    lake.succeed("query", "--parquet", path, "SELECT 1 AS one")
    before = path.read_bytes()
    finished = lake.run("query", "--parquet", path, "SELECT CAST(name AS INT) FROM customers")
    assert finished.code == 65, str(finished)
    assert path.read_bytes() == before
    assert [p.name for p in lake.folder.iterdir() if "parquet" in p.name] == ["q.parquet"]


def test_the_lake_may_be_named_without_configuration(lake):
    (lake.folder / "carmilla.yaml").unlink()
    assert lake.succeed("query", "--csv", "--lake", lake.lake, "SELECT count(*) AS n FROM orders").out \
        == "n\n3000\n"
    finished = lake.run("query", "SELECT 1")
    assert finished.code == 78 and "--config" in finished.err


def test_no_password_is_needed_to_query(lake):
    finished = lake.run("query", "--csv", "SELECT 1 AS x", environment={"DATABASE_URL": ""})
    assert (finished.code, finished.out) == (0, "x\n1\n")


@pytest.mark.parametrize("sql", [
    "CREATE TABLE x AS SELECT 1", "COPY orders TO 'x.csv'", "ATTACH 'x.db' AS x",
    "INSERT INTO customers VALUES (4, 'x')", "DROP VIEW customers", "DELETE FROM customers",
    "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true", "EXPORT DATABASE 'x'",
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT 1; SELECT 2",
    "FROM read_text('carmilla.yaml')", "CALL pragma_version()",
])
def test_whatever_does_more_than_read_the_lake_is_refused(lake, sql):
    before = sorted(lake.folder.rglob("*"))
    finished = lake.run("query", sql)
    assert finished.code == 65, str(finished)
    assert finished.out == "" and "root:" not in finished.err
    assert "hint: " in finished.err, str(finished)
    assert sorted(lake.folder.rglob("*")) == before
    assert lake.query("SELECT count(*) FROM customers") == [["3"]]


@pytest.mark.parametrize("sql, phrases", [
    ("SELECT * FROM ordrs", ["ordrs does not exist", 'hint: did you mean "orders"?']),
    ("SELECT amoun FROM orders", ['"amoun" not found', '"amount"']),
    ("SELEC 1", ['syntax error at or near "SELEC"', "hint: "]),
    ("", ["it is empty", "hint: "]),
    ("-- nothing", ["hint: "]),
    ("SELECT nosuch(1)", ["nosuch"]),
])
def test_mistakes_are_told_with_the_cure(lake, sql, phrases):
    finished = lake.run("query", sql)
    assert finished.code == 65, str(finished)
    assert finished.out == ""
    for phrase in phrases:
        assert phrase in finished.err, str(finished)


@pytest.mark.parametrize("sql, value", [
    ("SELECT CAST(name AS INT) FROM customers WHERE id = 1", "countess"),
    ("SELECT CAST(name || chr(10) || chr(10) || 'LINE 1: ' AS INT) FROM customers", "countess"),
    ("SELECT CAST(name AS DATE) FROM customers WHERE id = 1", "countess"),
    ("SELECT CAST(id + 123456 AS TINYINT) FROM customers", "12345"),
    ("SELECT CAST(id AS BIGINT) * 9223372036854775807 FROM customers WHERE id = 2", "922337"),
])
def test_values_are_not_quoted_in_errors(lake, sql, value):
    finished = lake.run("query", sql)
    assert finished.code == 65
    assert "Error" in finished.err and value not in finished.err, str(finished)


@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]])
def test_a_reader_that_leaves_early_is_no_error(lake, form):
    sql = "SELECT range AS n, repeat('x', 50) AS t FROM range(3000000)"
    with subprocess.Popen([lake.program, "query", *form, sql], cwd=lake.folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=lake.environment) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0


def test_output_without_room_is_an_error(lake):
    with open("/dev/full", "w", encoding="utf-8") as full:
        finished = subprocess.run([lake.program, "query", "SELECT 1"], cwd=lake.folder, stdout=full,
                                  stderr=subprocess.PIPE, text=True, env=lake.environment,
                                  check=False, timeout=60)
    assert finished.returncode == 74
    assert "takes no more" in finished.stderr


def test_an_empty_lake_says_how_to_fill_it(project):
    project.configure()
    for command in (["query", "SELECT 1"], ["status"], ["verify"]):
        finished = project.run(*command)
        assert finished.code == 74, str(finished)
        assert "hint: `carmilla run` fills it" in finished.err
        assert not project.lake.exists()


def test_show_and_describe_list_what_is_there(lake):
    assert [row[0] for row in lake.query("SHOW TABLES")] == ["customers", "orders"]
    assert [row[0] for row in lake.query("DESCRIBE orders")] == ["id", "customer_id", "amount", "at"]


def test_names_that_are_words_of_sql_are_quoted_where_we_write_sql(project, on_terminal):
    project.database.execute('CREATE TABLE "group" AS SELECT 7 AS id')
    project.configure()
    command = project.succeed("run").err.split("  next      carmilla ")[1].strip()
    assert command == """query 'SELECT * FROM "group" LIMIT 10'"""
    assert project.succeed(*shlex.split(command)).out == " id\n---\n  7\n"
    terminal = on_terminal("query")
    terminal.wait_for("carmilla> ")
    terminal.send(".schema group\r")
    terminal.wait_for(r"\r\n id +\| INTEGER")
    terminal.wait_for("carmilla> ")
    terminal.send("SELECT id + 40 AS x FROM gro\t;\r")
    terminal.wait_for(r"\r\n 47\r\n")
    terminal.wait_for("carmilla> ")
    terminal.send("\x04")
    assert terminal.finish() == 0


def test_the_doctor_knows_every_word_that_duckdb_reserves(project):
    words = {word for word, in duckdb.sql(
        "SELECT keyword_name FROM duckdb_keywords() "
        "WHERE keyword_category = 'reserved'").fetchall()}
    assert len(words) > 50
    project.database.execute(*(f'CREATE TABLE "{word}" (id int)' for word in words))
    project.configure()
    checks = json.loads(project.succeed("doctor", "--json").out)["checks"]
    named = next(check for check in checks if check["id"] == "name-reserved")
    assert set(named["findings"][0]["where"]) == words
