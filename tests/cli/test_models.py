"""`carmilla models`: views and tables that SQL makes from tables of the lake, and their tests."""

import hashlib
import json
import signal
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

WRONG_DATA = 65
WRONG_CONFIGURATION = 78
WRONG_USE = 64
STOPPED_BY_USER = 130
WAIT_SECONDS = 60


class Models:
    """A project with a published lake and a folder of models."""

    def __init__(self, project):
        self.project = project
        self.folder = project.folder / "models"
        self.folder.mkdir()

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments):
        return self.project.run("models", *arguments)

    def succeed(self, *arguments):
        return self.project.succeed("models", *arguments)

    def events(self, *arguments):
        return [json.loads(line) for line in self.run(*arguments, "--json").out.splitlines()]

    def manifest(self, name):
        folder = self.project.lake / name / "_carmilla"
        pointer = json.loads((folder / "current.json").read_text(encoding="utf-8"))
        return json.loads((self.project.lake / name / pointer["manifest"]).read_text("utf-8"))


@pytest.fixture
def models(project):
    project.database.execute(
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo'), (3, NULL)",
        "CREATE TABLE orders (id int, customer int, amount numeric(10,2), placed timestamptz)",
        "INSERT INTO orders SELECT i, 1 + i % 3, i * 0.5, timestamptz '2024-01-01 12:00Z' "
        "+ i * interval '1 hour' FROM generate_series(1, 300) i")
    project.configure()
    project.succeed("run")
    made = Models(project)
    made.write("paid.sql", "SELECT * FROM orders WHERE amount > 1 -- cents are free")
    made.write("revenue.sql", "WITH sums AS (SELECT customer, sum(amount) AS total,\n"
               "  count(*) AS orders, max(placed) AS last FROM paid GROUP BY customer)\n"
               "SELECT c.id, c.name, s.total, s.orders, s.last FROM sums s\n"
               "JOIN customers c ON c.id = s.customer ORDER BY c.id;\n")
    made.write("revenue.yaml", "materialized: table\n"
               "description: Revenue by customer\n"
               "columns:\n"
               "  id: {description: the key, tests: [not_null, unique,"
               " {relationships: {to: customers, column: id}}]}\n"
               "tests: [{row_count: {min: 1, max: 3}}]\n")
    made.write("top.sql", "SELECT max(total) AS best FROM revenue")
    return made


REVENUE = [["1", "Ada", "7575.00", "100"], ["2", "Bo", "7474.50", "99"], ["3", "", "7524.00", "99"]]


def test_models_run_in_the_order_that_their_sql_needs(models):
    ran = models.succeed("run")
    assert [line.split(":")[0] for line in ran.out.splitlines()] == ["paid", "revenue", "top"]
    assert "revenue: 3 rows, 1 file, " in ran.out
    assert ran.err == "3 of 3 models done\n"
    assert models.project.query("SELECT id, name, total, orders FROM revenue ORDER BY id") == REVENUE
    assert models.project.query("SELECT best FROM top") == [["7575.00"]]


def test_a_query_sees_views_without_a_run(models):
    assert models.project.query("SELECT count(*) FROM paid") == [["298"]]
    assert models.project.query("SELECT table_name FROM information_schema.tables "
                                "WHERE table_name = 'paid'") == [["paid"]]
    refused = models.project.run("query", "SELECT * FROM top")
    assert refused.code == 74 and "model revenue: it has not been run" in refused.err
    assert "carmilla models run --select +revenue" in refused.err


def test_a_table_is_published_as_any_other(models):
    models.succeed("run")
    manifest = models.manifest("revenue")
    orders, customers = models.manifest("orders"), models.manifest("customers")
    sql = (models.folder / "revenue.sql").read_bytes()
    assert manifest["model"] == {
        "name": "revenue", "engine": "embedded", "sql_sha256": hashlib.sha256(sql).hexdigest(),
        "inputs": {"customers": customers["run_id"], "orders": orders["run_id"]}}
    assert manifest["comment"] == "Revenue by customer"
    assert manifest["source"]["relation"] == "models/revenue.sql"
    assert manifest["source"]["snapshot_time"] == orders["source"]["snapshot_time"]
    assert [(column["name"], column["arrow_type"], column["glue_type"], column["comment"])
            for column in manifest["columns"]] == [
                ("id", "int32", "int", "the key"), ("name", "string", "string", ""),
                ("total", "decimal128(38,2)", "decimal(38,2)", ""),
                ("orders", "int64", "bigint", ""),
                ("last", "timestamp[us, tz=UTC]", "timestamp", "")]
    file = models.project.lake / "revenue" / manifest["files"][0]["key"]
    assert pq.read_table(file).column("orders").to_pylist() == [100, 99, 99]
    models.succeed("run")
    assert models.manifest("revenue")["previous_run_id"] == manifest["run_id"]
    assert "revenue: 3 rows" in models.project.succeed("verify", "revenue").out
    assert "revenue" in models.project.succeed("status").out
    models.project.succeed("run")
    assert models.project.query("SELECT count(*) FROM revenue") == [["3"]]


def test_status_shows_runs_of_models_as_runs(models):
    models.write("alone.sql", "SELECT nothing FROM orders")
    models.run("run")
    reports = sorted((models.project.lake / "_carmilla" / "runs").iterdir())
    report = json.loads(reports[-1].read_text(encoding="utf-8"))
    assert report["consistency"] == "models" and report["source"] == "models"
    assert [(table["name"], table["relation"], table["status"], table["rows"])
            for table in report["tables"]] == [
                ("alone", "models/alone.sql", "failed", 0), ("paid", "models/paid.sql", "ok", 0),
                ("revenue", "models/revenue.sql", "ok", 3), ("top", "models/top.sql", "ok", 0)]
    status = models.project.succeed("status").out
    assert f"{report['run_id']}" in status and "3 of 4" in status


def test_new_tables_are_known_also_behind_a_run_of_models(models):
    models.project.configure(tables="  - {name: public.*, new_tables: ignore}")
    models.succeed("run")
    models.project.database.execute("CREATE TABLE late (id int)")
    assert "late" not in models.project.succeed("run").out
    assert not (models.project.lake / "late").exists()


def test_every_type_of_the_lake_goes_through_a_model(models):
    models.project.database.execute(
        "CREATE TABLE every (a boolean, b smallint, c int, d bigint, e real, f float8,"
        " g numeric(5,2), h numeric(18,3), i numeric(38,9), j text, l bytea, m date, n time,"
        " o timestamp, p timestamptz, r uuid, s jsonb, t int[], w int4range)",
        "INSERT INTO every VALUES (true, -1, 2, 3, 1.5, 'NaN', 123.45, 1.001, 1.000000001, 'x',"
        " '\\xdead', '2024-05-01', '12:00', '2024-05-01 12:00:00.000125', '2024-05-01 12:00Z',"
        " '00000000-0000-0000-0000-000000000001', '{\"a\": 1}', '{1,NULL}', '[1,5)')",
        "INSERT INTO every (a) VALUES (NULL)")
    models.project.succeed("run", "every")
    models.write("copy.sql", "SELECT * FROM every")
    models.write("copy.yaml", "materialized: table")
    models.succeed("run", "--select", "copy")
    assert "2 rows" in models.project.succeed("verify", "copy").out
    assert models.project.query("(FROM every EXCEPT FROM copy) UNION ALL "
                                "(FROM copy EXCEPT FROM every)") == []
    types = {table: [column["arrow_type"] for column in models.manifest(table)["columns"]]
             for table in ("every", "copy")}
    assert types["copy"] == types["every"]


def test_a_table_without_rows_keeps_its_columns(models):
    models.write("none.sql", "SELECT id, amount FROM orders WHERE false")
    models.write("none.yaml", "materialized: table")
    models.succeed("run", "--select", "none")
    assert models.project.query("SELECT count(*), count(amount) FROM none") == [["0", "0"]]
    models.project.succeed("verify", "none")


def test_a_failed_model_stops_only_those_that_need_it(models):
    models.write("paid.sql", "SELECT nothing FROM orders")
    models.write("alone.sql", "SELECT count(*) AS n FROM customers")
    ran = models.run("run")
    assert ran.code == WRONG_DATA, str(ran)
    lines = {line.split(":")[0]: line for line in ran.out.splitlines()}
    assert "view ready" in lines["alone"]
    assert all("FAILED" in lines[name] for name in ("paid", "revenue", "top"))
    assert "carmilla: paid: " in ran.err and '"nothing" not found' in ran.err
    assert "it needs paid, which failed" in ran.err and "it needs revenue, which failed" in ran.err
    assert "1 of 4 models done; 3 failed" in ran.err
    assert models.project.query("SELECT n FROM alone") == [["3"]]
    assert models.project.query("SELECT count(*) FROM orders") == [["300"]]
    broken = models.project.run("query", "SELECT * FROM paid")
    assert broken.code == WRONG_DATA and "reading the SQL of paid" in broken.err


def test_a_cycle_is_named_and_stops_nobody_else(models):
    models.write("a.sql", "SELECT * FROM b")
    models.write("b.sql", "SELECT * FROM a")
    ran = models.run("run")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert "a -> b -> a" in ran.err and "3 of 5 models done" in ran.err
    refused = models.project.run("query", "SELECT * FROM a")
    assert "they need each other: a -> b -> a" in refused.err


def test_select_takes_names_and_what_they_need(models):
    models.succeed("run")
    assert [event["model"] for event in models.events("run", "--select", "top,paid")] == [
        "paid", "top"]
    assert [event["model"] for event in models.events("run", "--select", "+revenue")] == [
        "paid", "revenue"]
    refused = models.run("run", "--select", "revenu")
    assert refused.code == WRONG_USE and 'did you mean "revenue"?' in refused.err


def test_names_of_tables_are_refused(models):
    models.project.configure(tables="  - public.orders\n  - public.customers")
    models.write("orders.sql", "SELECT 1 AS id")
    ran = models.run("run", "--select", "orders")
    assert ran.code == WRONG_CONFIGURATION
    assert "model orders: a table of the configuration has this name" in ran.err
    models.project.configure()
    for text in ("", "materialized: table"):
        models.write("orders.yaml", text)
        ran = models.run("run", "--select", "orders")
        assert ran.code == WRONG_CONFIGURATION, str(ran)
        assert "a table has this name: public.orders" in ran.err
    models.write("orders.yaml", "")
    refused = models.project.run("query", "SELECT * FROM orders")
    assert refused.code == WRONG_CONFIGURATION
    assert "reading model orders: a table of the lake has this name" in refused.err


def test_a_run_leaves_the_table_of_a_model_alone(models):
    models.succeed("run")
    models.project.database.execute("CREATE TABLE revenue (id int)")
    ran = models.project.run("run")
    assert ran.code == WRONG_CONFIGURATION
    assert "a model has this name: models/revenue.sql" in ran.err
    assert models.project.query("SELECT count(*) FROM revenue") == [["3"]]


def test_a_table_that_becomes_a_view_is_one(models):
    models.succeed("run")
    models.write("revenue.yaml", "materialized: view")
    models.project.database.execute("DELETE FROM orders")
    models.project.succeed("run")
    assert models.project.query("SELECT count(*) FROM revenue") == [["0"]]


def test_tests_tell_how_many_rows_do_not_hold(models):
    models.succeed("run")
    held = models.succeed("test")
    assert held.out.splitlines() == [
        "revenue.id not_null: holds", "revenue.id unique: holds",
        "revenue.id relationships: holds", "revenue row_count: holds"]
    # Names of its own that a column may have, too.
    models.write("a.sql", "SELECT 1 AS a, 2 AS before, 3 AS n UNION ALL SELECT 2, 2, 4")
    models.write("a.yaml", "columns: {a: {tests: [unique]}, before: {tests: [unique]},"
                 " n: {tests: [unique]}}")
    assert [event["rows"] for event in models.events("test", "--select", "a")] == [0, 2, 0]
    models.write("paid.yaml", "columns:\n"
                 "  customer: {tests: [unique, {relationships: {to: top, column: best}}]}\n"
                 "  placed: {tests: [not_null]}\n"
                 "tests: [{row_count: {max: 9}}]\n")
    failed = models.run("test", "--select", "paid")
    assert failed.code == WRONG_DATA, str(failed)
    assert "testing paid.customer: unique: 298 rows with a value that" in failed.err
    assert "relationships: 298 rows with a value that is not in top.best" in failed.err
    assert "testing paid: row_count: 298 rows, at most 9 expected" in failed.err
    assert "1 of 4 tests hold; 3 failed" in failed.err
    assert [(event["test"], event["column"], event["ok"], event["rows"])
            for event in models.events("test", "--select", "paid")] == [
                ("unique", "customer", False, 298), ("relationships", "customer", False, 298),
                ("not_null", "placed", True, 0), ("row_count", "", False, 298)]


def test_nobody_takes_the_name_of_a_model(models):
    """Also where the model has no table, or none yet; but a table that was there first stays."""
    models.succeed("run", "--select", "paid")
    for name in ("paid", "revenue"):
        models.project.database.execute(f"CREATE TABLE {name} (id int)")
        ran = models.project.run("run", name)
        assert ran.code == WRONG_CONFIGURATION, str(ran)
        assert f"a model has this name: models/{name}.sql" in ran.err
        pq.write_table(pa.table({"id": [1]}), models.project.folder / "rows.parquet")
        added = models.project.run("add", "rows.parquet", "--to", name, "--partition",
                                   "dt=2024-05-01")
        assert added.code == WRONG_CONFIGURATION, str(added)
        assert f"a model has this name: models/{name}.sql" in added.err
    models.succeed("run")
    models.write("customers.sql", "SELECT 1 AS a")
    models.project.succeed("run", "customers")


def test_doctor_tells_tables_of_models_that_are_gone(models):
    models.succeed("run")
    assert "revenue" not in models.project.run("doctor").out
    (models.folder / "revenue.sql").unlink()
    (models.folder / "revenue.yaml").unlink()
    assert "revenue (its model is gone)" in models.project.run("doctor").out
    models.project.database.execute("CREATE TABLE revenue (id int)")
    ran = models.project.run("run", "revenue")
    assert ran.code == WRONG_CONFIGURATION
    assert "that model is gone: remove the folder of its table" in ran.err


def test_bytes_may_stand_within_other_values(models):
    models.project.database.execute(
        "CREATE TABLE bytes (id int, a bytea[])",
        r"INSERT INTO bytes VALUES (1, '{\\x00ff,NULL}'), (2, NULL), (3, '{}'), (4, '{\\x01}')")
    models.project.succeed("run", "bytes")
    models.write("copy.sql", "SELECT id, a, {'b': a[1], 'c': [a]} AS s FROM bytes WHERE id <> 3")
    models.write("copy.yaml", "materialized: table")
    models.succeed("run", "--select", "copy")
    assert "3 rows" in models.project.succeed("verify", "copy").out
    assert models.project.query("SELECT id, a, s.b, s.c FROM copy ORDER BY id") == (
        models.project.query("SELECT id, a, a[1], [a] FROM bytes WHERE id <> 3 ORDER BY id"))


def test_a_test_of_a_column_that_is_not_there_does_not_hold(models):
    models.write("paid.yaml", "columns: {amount: {tests: [{relationships:"
                 " {to: customers, column: amount}}]}}")
    failed = models.run("test", "--select", "paid")
    assert failed.code == WRONG_DATA, str(failed)
    assert "FAILED" in failed.out and '"amount" not found' in failed.err, str(failed)


def test_no_message_shows_a_cell(models):
    models.project.database.execute(
        "CREATE TABLE kept (n numeric(38,0), d float8, t text, k int)",
        "INSERT INTO kept VALUES (99999999999999999999999999999999999999, 1e300, 'TOPSECRET', 77777)")
    models.project.succeed("run", "kept")
    models.write("bad.yaml", "materialized: table")
    for column in ("n::BIGINT", "n::INTEGER", "n + n", "d::DECIMAL(10,2)", "d::INTEGER",
                   "regexp_matches('x', '(' || t)", "('\\x' || t)::BLOB", "make_date(k, k, k)",
                   "t::INTEGER", "t::DATE", "k::TINYINT", "strptime(t, '%Y')", "t::INTEGER[]",
                   "('{' || t)::JSON", "strftime(TIMESTAMP '2024-01-01', t || '%Q')"):
        models.write("bad.sql", f"SELECT {column} AS x FROM kept")
        ran = models.run("run", "--select", "bad")
        assert ran.code == WRONG_DATA, str(ran)
        for value in ("TOP", "99999", "1000", "77777", "e+300"):
            assert value not in ran.err, str(ran)


def test_check_reads_no_row_and_tells_why(models):
    models.write("athenas.athena.sql", "SELECT 1 AS one")
    models.write("wrong.sql", "SELECT no_such_function(id) AS x FROM orders")
    checked = models.run("check")
    lines = {line.split(":")[0]: line for line in checked.out.splitlines()}
    assert "table can run (embedded" in lines["revenue"], str(checked)
    assert "view can run" in lines["top"]
    assert "no_such_function does not exist" in checked.err
    assert "model athenas has no SQL for this engine: embedded" in checked.err
    assert checked.code in (WRONG_DATA, WRONG_CONFIGURATION)
    for sql, text, phrase in [
            ("SELECT 1::UTINYINT AS tiny", "", "column tiny: no table of a lake can hold"),
            ("SELECT 1 AS a", "\ncolumns: {nope: {description: x}}", "no such column: nope")]:
        models.write("wrong.sql", sql)
        models.write("wrong.yaml", "materialized: table" + text)
        assert phrase in models.run("check", "--select", "wrong").err
    assert not (models.project.lake / "revenue").exists()


def test_list_shows_kinds_needs_and_descriptions(models):
    text = models.succeed("list").out
    assert "revenue  table  customers, paid      4  Revenue by customer" in text
    assert models.events("list")[0] == {
        "model": "paid", "materialized": "view", "file": "models/paid.sql", "needs": ["orders"],
        "tests": 0, "description": "", "ok": True}


def test_what_no_table_can_hold_is_refused_by_name(models):
    models.write("bad.yaml", "materialized: table")
    for sql, phrase in [("SELECT 1::UTINYINT AS tiny", "column tiny: no table of a lake can hold"),
                        ("SELECT 1 AS a, 2 AS A", "two columns have one name: A"),
                        ("CREATE TABLE x AS SELECT 1", "it is no SELECT"),
                        ("SELECT 1; SELECT 2", "statements: 2"),
                        ("SELECT * FROM ordrs", 'did you mean "orders"?'),
                        ("SELECT * FROM read_csv('/etc/passwd')", "Permission Error")]:
        models.write("bad.sql", sql)
        ran = models.run("run", "--select", "bad")
        assert ran.code != 0 and phrase in ran.err, str(ran)
    assert "root:" not in ran.err
    assert not (models.project.lake / "bad" / "_carmilla").exists()


def test_a_mistake_in_yaml_has_its_place(models):
    models.write("revenue.yaml", "materialised: table\n")
    ran = models.run("run")
    assert ran.code == WRONG_CONFIGURATION
    assert "models/revenue.yaml:1:1: unknown key" in ran.err
    assert 'did you mean "materialized"?' in ran.err
    assert models.project.query("SELECT count(*) FROM paid") == [["298"]]


def test_without_models_the_command_says_where_they_go(project):
    project.configure()
    refused = project.run("models", "run")
    assert refused.code == WRONG_CONFIGURATION
    assert "write a SELECT into models/NAME.sql" in refused.err


def test_ctrl_c_stops_models(models):
    models.write("zlong.sql", "SELECT count(*) AS n FROM range(1000000) a, range(1000000) b")
    models.write("zlong.yaml", "materialized: table")
    models.write("znext.sql", "SELECT * FROM zlong")
    process = models.project.start("models", "run")
    first = process.stdout.readline()
    assert first, "another one is first"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    ended = models.project.finish(process, timeout=WAIT_SECONDS)
    assert ended.code == STOPPED_BY_USER, str(ended)
    assert not (models.project.lake / "zlong" / "_carmilla").exists()
