"""Models over a lake with a catalog: the same SQL gives the same rows on both engines."""

import hashlib
import json

import pytest

from cloud_project import CloudProject

WRONG_DATA = 65
WRONG_CONFIGURATION = 78


@pytest.fixture
def shop(project, servers):
    cloud = CloudProject(project, servers)
    cloud.project.database.execute(
        "CREATE TABLE orders (id bigint, customer int, amount numeric(12,2), placed timestamptz)",
        "INSERT INTO orders SELECT i, 1 + i % 3, i * 0.5, timestamptz '2024-05-01 10:00:00.000125Z'"
        " + i * interval '1 hour' FROM generate_series(1, 60) i")
    cloud.configure()
    cloud.project.succeed("run")
    cloud.models = cloud.project.folder / "models"
    cloud.models.mkdir()
    (cloud.models / "paid.sql").write_text(
        "SELECT id, customer, amount, placed FROM orders WHERE amount > 1; -- not the cents\n")
    (cloud.models / "revenue.sql").write_text(
        "SELECT customer, sum(amount) AS total, count(*) AS orders, max(placed) AS last_one\n"
        "FROM paid GROUP BY customer -- one row each\n")
    (cloud.models / "revenue.yaml").write_text(
        "materialized: table\ndescription: Revenue\ncolumns: {customer: {tests: [unique, not_null]}}\n"
        "tests: [{row_count: {min: 3, max: 3}}]\n")
    (cloud.models / "best.sql").write_text("SELECT max(total) AS best FROM revenue")
    return cloud


def make_table(cloud, name, sql):
    (cloud.models / f"{name}.sql").write_text(sql, encoding="utf-8")
    (cloud.models / f"{name}.yaml").write_text("materialized: table")


def embedded(cloud, sql):
    out = cloud.project.succeed("query", "--json", sql).out
    return [list(json.loads(line).values()) for line in out.splitlines()]


def test_both_engines_give_the_same_rows(shop):
    ran = shop.project.succeed("models", "run", "--on", "athena")
    lines = {line.split(":")[0]: line for line in ran.out.splitlines()}
    assert "view ready (athena" in lines["paid"] and "view ready (athena" in lines["best"]
    assert "3 rows, 1 file" in lines["revenue"] and "(athena" in lines["revenue"]
    for sql in ("SELECT customer, total, orders FROM revenue ORDER BY customer",
                "SELECT best FROM best", "SELECT count(*) AS n, sum(amount) AS s FROM paid"):
        assert shop.athena(sql) == embedded(shop, sql) != []
    for engine, last in (("athena", "2024-05-03 22:00:00"),  # Its times have milliseconds.
                         ("embedded", "2024-05-03 22:00:00.000125+00")):
        shop.project.succeed("models", "run", "--on", engine)
        assert embedded(shop, "SELECT max(last_one)::varchar AS x FROM revenue") == [[last]]
        assert shop.manifest("revenue")["model"]["engine"] == engine
    table = shop.table("revenue")
    assert table["Description"] == "Revenue"
    assert table["Parameters"]["carmilla.run_id"] == shop.current_run("revenue")
    assert shop.table("paid")["TableType"] == "VIRTUAL_VIEW"


def test_a_table_of_athena_is_published_as_any_other(shop):
    shop.project.succeed("models", "run", "--on", "athena")
    manifest = shop.manifest("revenue")
    assert manifest["model"] == {
        "name": "revenue", "engine": "athena",
        "sql_sha256": hashlib.sha256((shop.models / "revenue.sql").read_bytes()).hexdigest(),
        "inputs": {"orders": shop.current_run("orders")}}
    assert manifest["source"]["snapshot_time"] == shop.manifest("orders")["source"]["snapshot_time"]
    assert [(column["name"], column["arrow_type"], column["glue_type"])
            for column in manifest["columns"]] == [
                ("customer", "int32", "int"), ("total", "decimal128(38,2)", "decimal(38,2)"),
                ("orders", "int64", "bigint"), ("last_one", "timestamp[us]", "timestamp")]
    assert "revenue: 3 rows" in shop.project.succeed("verify", "revenue").out
    assert shop.project.succeed("compare", "revenue")
    names = [table["Name"] for table in
             shop.glue.get_tables(DatabaseName=shop.database)["TableList"]]
    assert sorted(names) == ["best", "orders", "paid", "revenue"]


def test_every_type_of_athena_is_read_right(shop):
    make_table(shop, "every", """SELECT * FROM (VALUES
        (true, CAST(-1 AS TINYINT), CAST(-2 AS SMALLINT), 3, CAST(4 AS BIGINT),
         CAST(1.5 AS REAL), CAST('NaN' AS DOUBLE), CAST(123.45 AS DECIMAL(5,2)),
         CAST(-1.001 AS DECIMAL(18,3)), CAST(1.000000001 AS DECIMAL(38,9)), 'Größe',
         CAST('ab' AS BLOB), DATE '0001-01-01', TIMESTAMP '9999-12-31 23:59:59.999',
         ['a', NULL], {'x': 1, 'y': CAST(2.5 AS DECIMAL(3,1))}),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL),
        (false, 127, 32767, 2147483647, 9223372036854775807, CAST('-inf' AS REAL), -0.0, -999.99,
         999999999999999.999, 12345678901234567890123456789.123456789, '', CAST('' AS BLOB),
         DATE '9999-12-31', TIMESTAMP '1900-01-01 00:00:00.001', [], {'x': NULL, 'y': NULL}))
        AS every(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)""")
    # What the SQL itself gives, without any file.
    sql = (shop.models / "every.sql").read_text()
    ran = shop.project.succeed("models", "run", "--on", "athena", "--select", "every")
    assert "3 rows" in ran.out and "(athena" in ran.out
    assert "3 rows" in shop.project.succeed("verify", "every").out
    text = "SELECT " + ", ".join(f"{name}::varchar AS {name}" for name in "abcdefghijklmnop")
    assert embedded(shop, f"{text} FROM every ORDER BY a") == embedded(
        shop, f"{text} FROM ({sql}) AS every ORDER BY a")
    assert [column["arrow_type"] for column in shop.manifest("every")["columns"]] == [
        "bool", "int16", "int16", "int32", "int64", "float", "double", "decimal32(5,2)",
        "decimal64(18,3)", "decimal128(38,9)", "string", "binary", "date32", "timestamp[us]",
        "list<string>", 'struct<"x": int32, "y": decimal32(3,1)>']


def test_rows_of_athena_may_be_none(shop):
    make_table(shop, "none", "SELECT id, amount, placed FROM orders WHERE false")
    ran = shop.project.succeed("models", "run", "--on", "athena", "--select", "none")
    assert "0 rows" in ran.out
    assert embedded(shop, "SELECT count(*) AS n, count(amount) AS m FROM none") == [[0, 0]]
    assert shop.athena("SELECT count(*) AS n FROM none") == [[0]]
    assert [column["arrow_type"] for column in shop.manifest("none")["columns"]] == [
        "int64", "decimal64(12,2)", "timestamp[us]"]


def test_what_no_table_can_hold_is_refused_before_athena_computes(shop):
    for sql, phrase in [
            ("SELECT CAST(placed AS TIMESTAMPTZ) AS at FROM orders",
             "column at: Athena writes no files with values of type timestamp with time zone"),
            ('SELECT 1 AS "Größe"', "Athena knows no such name")]:
        make_table(shop, "bad", sql)
        with shop.statements() as statements:
            ran = shop.project.run("models", "run", "--on", "athena", "--select", "bad")
        assert ran.code != 0 and phrase in ran.err, str(ran)
        assert not any("UNLOAD" in statement for statement in statements)
    make_table(shop, "bad", "SELECT no_such_column FROM orders")
    ran = shop.project.run("models", "run", "--on", "athena", "--select", "bad")
    assert ran.code == WRONG_DATA and "running the query on Athena: " in ran.err
    assert shop.objects("lake/bad/") == []


def test_names_within_values_are_names_too(shop):
    for sql, name in [("SELECT row(1, 2) AS r", "without a name"),
                      ("SELECT [{'a b': 1}] AS r", "a b"), ("SELECT {'x:int,y': 1} AS r", "x:int,y")]:
        make_table(shop, "bad", sql)
        for engine in ("embedded", "athena"):
            ran = shop.project.run("models", "run", "--on", engine, "--select", "bad")
            assert ran.code == WRONG_CONFIGURATION, str(ran)
            assert f"column r: Athena knows no such member: {name}" in ran.err
    assert shop.objects("lake/bad/_carmilla/") == []


def test_of_sql_for_athena_nothing_is_left_out(shop):
    (shop.models / "best.sql").write_text("SELECT 1 AS a; DROP TABLE orders")
    ran = shop.project.run("models", "run", "--on", "athena", "--select", "best")
    assert ran.code == WRONG_DATA and "models/best.sql: it has several statements" in ran.err


def test_a_view_that_becomes_a_table_tells_what_to_do(shop):
    shop.project.succeed("models", "run", "--on", "athena", "--select", "paid")
    (shop.models / "paid.yaml").write_text("materialized: table")
    ran = shop.project.run("models", "run", "--on", "athena", "--select", "paid")
    assert ran.code == WRONG_CONFIGURATION
    assert f"the model was a view on Athena: {shop.database}.paid" in ran.err
    assert "DROP VIEW paid" in ran.err
    shop.glue.delete_table(DatabaseName=shop.database, Name="paid")
    shop.project.succeed("models", "run", "--on", "athena", "--select", "paid")
    assert shop.athena("SELECT count(*) AS n FROM paid") == [[58]]


def test_a_run_that_fails_on_athena_leaves_the_version_that_was(shop):
    shop.project.succeed("models", "run", "--on", "athena")
    before = shop.manifest("revenue"), shop.objects("lake/revenue/"), shop.table("revenue")
    (shop.models / "revenue.sql").write_text(
        "SELECT error('spoiled') AS customer, sum(amount) AS total FROM paid GROUP BY customer")
    ran = shop.project.run("models", "run", "--on", "athena", "--select", "revenue")
    assert ran.code == WRONG_DATA and "spoiled" in ran.err, str(ran)
    assert before == (shop.manifest("revenue"), shop.objects("lake/revenue/"),
                      shop.table("revenue"))


def test_a_second_run_replaces_its_own_views_and_tables(shop):
    shop.project.succeed("models", "run", "--on", "athena")
    (shop.models / "paid.sql").write_text("SELECT * FROM orders WHERE amount > 29.5")
    (shop.models / "revenue.yaml").write_text("materialized: table")
    shop.project.succeed("models", "run", "--on", "athena")
    assert shop.athena("SELECT count(*) AS n FROM paid") == [[1]]
    assert shop.athena("SELECT total FROM revenue") == [[30.0]]
    assert "revenue" in shop.project.succeed("status").out
    shop.project.succeed("models", "run", "--on", "embedded")


def test_what_is_somebody_elses_is_never_replaced(shop):
    shop.glue.create_table(DatabaseName=shop.database, TableInput={
        "Name": "paid", "TableType": "VIRTUAL_VIEW", "ViewOriginalText": "/* Presto View: e30= */"})
    shop.glue.create_table(DatabaseName=shop.database, TableInput={
        "Name": "best", "TableType": "EXTERNAL_TABLE"})
    before = shop.table("paid"), shop.table("best")
    ran = shop.project.run("models", "run", "--on", "athena", "--select", "paid,best")
    assert ran.code == WRONG_CONFIGURATION, str(ran)
    assert f"somebody else's view has this name: {shop.database}.paid" in ran.err
    assert "it needs" not in ran.err
    assert f"the catalog has a table of this name: {shop.database}.best" in ran.err
    assert (shop.table("paid"), shop.table("best")) == before


def test_a_crawler_finds_the_table_of_a_model(shop):
    name = f"crawler-{shop.database}"
    shop.configure(glue=f", crawler: {{name: {name}, role: glue-lake}}",
                   extra="defaults: {layout: stable}")
    ran = shop.project.succeed("models", "run", "--on", "embedded", "--select", "+revenue")
    assert "3 rows, 1 file" in ran.out
    assert "lake/revenue/revenue.parquet" in shop.objects("lake/revenue/")
    targets = shop.glue.get_crawler(Name=name)["Crawler"]["Targets"]["S3Targets"]
    assert f"s3://{shop.bucket}/lake/revenue" in [target["Path"].rstrip("/") for target in targets]
    assert len(shop.glue.list_crawls(CrawlerName=name)["Crawls"]) == 1


def test_check_tells_which_engine_cannot(shop):
    (shop.models / "odd.duckdb.sql").write_text("SELECT 1 AS one")
    (shop.models / "odd.athena.sql").write_text("SELECT no_such_function(id) AS one FROM paid")
    checked = shop.project.run("models", "check")
    assert checked.code == WRONG_DATA, str(checked)
    lines = [line for line in checked.out.splitlines() if line.startswith("odd: ")]
    assert "view can run (embedded" in lines[0] and "FAILED (athena" in lines[1], str(checked)
    assert sum("can run (athena" in line for line in checked.out.splitlines()) == 3
    assert "running the query on Athena: " in checked.err and "no_such_function" in checked.err
    names = [table["Name"] for table in
             shop.glue.get_tables(DatabaseName=shop.database)["TableList"]]
    assert names == ["orders"]


def test_tests_run_on_either_engine(shop):
    shop.project.succeed("models", "run", "--on", "athena")
    for engine in ("athena", "embedded"):
        assert "3 of 3 tests hold" in shop.project.succeed("models", "test", "--on", engine).err
    (shop.models / "paid.yaml").write_text("columns: {customer: {tests: [unique]}}")
    for engine in ("athena", "embedded"):
        failed = shop.project.run("models", "test", "--on", engine, "--select", "paid")
        assert failed.code == WRONG_DATA
        assert "testing paid.customer: unique: 58 rows with a value" in failed.err


def test_names_that_athena_does_not_know_are_refused(shop):
    (shop.models / "revenue.sql").write_text('SELECT 1 AS "Größe"')
    ran = shop.project.run("models", "run", "--select", "revenue")
    assert ran.code == WRONG_CONFIGURATION
    assert "Athena knows no such name" in ran.err
