"""Models over a lake with a catalog: the same SQL gives the same rows on both engines."""

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


def embedded(cloud, sql):
    out = cloud.project.succeed("query", "--json", sql).out
    return [list(json.loads(line).values()) for line in out.splitlines()]


def test_both_engines_give_the_same_rows(shop):
    ran = shop.project.succeed("models", "run", "--on", "athena")
    lines = {line.split(":")[0]: line for line in ran.out.splitlines()}
    assert "view ready (athena" in lines["paid"] and "view ready (athena" in lines["best"]
    assert "3 rows, 1 file" in lines["revenue"] and "(embedded" in lines["revenue"]
    for sql in ("SELECT customer, total, orders FROM revenue ORDER BY customer",
                "SELECT best FROM best", "SELECT count(*) AS n, sum(amount) AS s FROM paid"):
        assert shop.athena(sql) == embedded(shop, sql) != []
    assert embedded(shop, "SELECT max(last_one)::varchar AS x FROM revenue") == [
        ["2024-05-03 22:00:00.000125+00"]]
    table = shop.table("revenue")
    assert table["Description"] == "Revenue"
    assert table["Parameters"]["carmilla.run_id"] == shop.current_run("revenue")
    assert shop.table("paid")["TableType"] == "VIRTUAL_VIEW"


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
