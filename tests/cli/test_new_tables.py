"""new_tables: ignore keeps a pattern to what the lake knows, and says what it leaves out."""

import pytest

IGNORE = "  - {name: public.*, new_tables: ignore}"


def create(project, *names):
    for name in names:
        project.database.execute(f"CREATE TABLE {name} AS SELECT 1 AS id")


def published(project):
    return sorted(row[0] for row in project.query("SHOW TABLES"))


@pytest.fixture(name="shop")
def shop_fixture(project):
    """Two tables, read once."""
    create(project, "a", "b")
    project.configure(tables=IGNORE)
    assert "ignored" not in project.succeed("run").err
    return project


def test_tables_that_appear_later_are_named_and_not_read(shop):
    create(shop, "c", "d")
    plan = shop.succeed("plan").out
    assert "public.c, public.d" in plan and "new_tables: ignore" in plan
    assert "2 new tables ignored (new_tables: ignore): public.c, public.d" in shop.succeed("run").err
    assert published(shop) == ["a", "b"]
    assert "ignored" in shop.succeed("run").err  # They stay new.


def test_take_reads_them_and_they_are_known_from_then_on(shop):
    create(shop, "c")
    shop.configure(tables="  - {name: public.*, new_tables: take}")
    shop.succeed("run")
    shop.configure(tables=IGNORE)
    assert "ignored" not in shop.succeed("run").err
    assert published(shop) == ["a", "b", "c"]


def test_an_entry_of_its_own_takes_a_new_table(shop):
    create(shop, "c")
    finished = shop.run("run", "c")
    assert finished.code == 65 and "its pattern ignores new tables: public.c" in finished.err
    shop.configure(tables=IGNORE + "\n  - public.c")
    assert "ignored" not in shop.succeed("run").err
    assert published(shop) == ["a", "b", "c"]


def test_a_table_that_failed_at_first_is_not_new(project, make_role):
    role = make_role()
    create(project, "a", "b")
    project.database.execute(f"GRANT SELECT ON a TO {role}")
    project.environment["DATABASE_URL"] = project.database.conninfo(user=role)
    project.configure(tables=IGNORE)
    assert project.run("run").code == 77
    project.database.execute(f"GRANT SELECT ON b TO {role}")
    assert "ignored" not in project.succeed("run").err
    assert published(project) == ["a", "b"]


def test_a_first_run_of_one_table_makes_no_other_table_new(project):
    create(project, "a", "b", "c")
    project.configure(tables=IGNORE)
    project.succeed("run", "a")
    project.succeed("run", "b")
    create(project, "d")
    assert "1 new table ignored (new_tables: ignore): public.d" in project.succeed("run").err
    assert published(project) == ["a", "b", "c"]


def test_a_table_of_the_lake_is_known_whatever_its_name_there(project):
    create(project, "a", "b")
    project.configure(tables="  - {name: public.a, as: other}")
    project.succeed("run")
    project.configure(tables="  - {name: public.b}")
    project.succeed("run")  # Its report knows nothing of public.a.
    project.configure(tables=IGNORE)
    assert "ignored" not in project.succeed("run").err


def test_a_lake_whose_reports_are_gone_knows_no_new_table(shop):
    create(shop, "c")
    for report in (shop.lake / "_carmilla" / "runs").iterdir():
        report.unlink()
    assert "ignored" not in shop.succeed("run").err
    assert published(shop) == ["a", "b", "c"]


def test_a_damaged_report_is_passed_over(shop):
    create(shop, "c")
    shop.succeed("run")
    latest = max((shop.lake / "_carmilla" / "runs").iterdir())
    latest.write_text("{", encoding="utf-8")
    finished = shop.succeed("run")
    assert "reading the report of run" in finished.err
    assert "1 new table ignored" in finished.err


def test_a_new_table_of_a_known_name_takes_no_name_away(shop):
    shop.database.execute("CREATE SCHEMA other", "CREATE TABLE other.a AS SELECT 2 AS id")
    shop.configure(tables=IGNORE + "\n  - {name: other.*, new_tables: ignore}")
    shop.succeed("run")
    assert published(shop) == ["a", "b"]
    assert shop.query("SELECT id FROM a") == [["1"]]


def test_a_run_with_a_limit_leaves_them_out_too(shop):
    create(shop, "c")
    shop.succeed("run", "--limit", "1", "--to", "few")
    assert sorted(path.name for path in (shop.folder / "few").iterdir()) == [
        "a.parquet", "b.parquet"]


def test_nothing_but_new_tables_is_nothing_to_read(shop):
    shop.database.execute("DROP TABLE a, b")
    create(shop, "c")
    assert "nothing to read" in shop.succeed("run").err


def test_a_schema_that_does_not_exist_is_a_mistake(project):
    project.configure(tables="  - pulbic.*")
    finished = project.run("run")
    assert finished.code == 65
    assert "no such schema: pulbic" in finished.err and 'did you mean "public"?' in finished.err
