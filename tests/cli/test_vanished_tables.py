"""A table that a pattern took and that was dropped: its last version stays, and that is said."""

import json

import pytest


def words(text):
    return " ".join(text.split())


@pytest.fixture(name="shop")
def shop_fixture(project):
    """Two tables, read once, of which one is gone; `gone` is what is said of it."""
    project.database.execute("CREATE TABLE kept AS SELECT 1 AS id",
                             "CREATE TABLE old AS SELECT 2 AS id")
    project.configure()
    run_id = project.succeed("run", "--json").report()["run_id"]
    project.database.execute("DROP TABLE old")
    project.gone = f"old: no longer at the source; its last version (run {run_id}) stays in the lake"
    project.first_run = run_id
    return project


def test_plan_run_and_status_tell_and_the_rows_stay(shop):
    assert shop.gone in words(shop.succeed("plan").out)
    assert shop.gone in shop.succeed("run").err.splitlines()
    assert shop.gone in shop.succeed("status").out.splitlines()
    assert shop.query("SELECT id FROM old") == [["2"]]
    vanished = [{"name": "old", "relation": "public.old", "run_id": shop.first_run}]
    assert shop.succeed("run", "--json").report()["vanished"] == vanished
    assert json.loads(shop.succeed("plan", "--json").out)["vanished"] == vanished


def test_status_does_not_forget_it_after_a_run_of_another_table(shop):
    shop.succeed("run")
    shop.database.execute("CREATE TABLE more AS SELECT 1 AS id")
    assert "no longer" not in shop.succeed("run", "kept").err
    assert shop.gone in shop.succeed("status").out.splitlines()


def test_a_table_that_came_back_is_not_named(shop):
    shop.succeed("run")
    shop.database.execute("CREATE TABLE old AS SELECT 3 AS id")
    assert "no longer" not in shop.succeed("run").err
    assert "no longer" not in shop.succeed("status").out
    assert shop.query("SELECT id FROM old") == [["3"]]


@pytest.mark.parametrize("tables", ["  - {name: public.*, exclude: [old]}", "  - public.kept"])
def test_what_is_not_configured_any_more_is_not_named(shop, tables):
    shop.configure(tables=tables)
    assert "no longer" not in shop.succeed("run").err
    assert "no longer" not in shop.succeed("status").out


def test_an_entry_of_its_own_still_fails(shop):
    shop.configure(tables="  - public.*\n  - public.old")
    finished = shop.run("run")
    assert finished.code == 65 and "no longer" not in finished.err


def test_tables_of_another_database_in_the_same_lake_are_not_named(shop, make_database):
    other = make_database()
    other.execute("CREATE TABLE lonely (id int)")
    shop.environment["DATABASE_URL"] = other.source()
    assert "no longer" not in shop.succeed("run").err
