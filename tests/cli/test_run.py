"""The main job as a user does it: plan, run, query, status, verify."""


def test_run_publishes_tables_that_query_reads(project):
    project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), note text)",
        "INSERT INTO orders SELECT i, i * 1.25, CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END"
        " FROM generate_series(1, 1000) i",
        "CREATE TABLE empty (id int)", "ANALYZE")
    project.configure()
    plan = project.succeed("plan")
    assert "orders  from public.orders (table)" in plan.out
    assert "decimal(12,2)" in plan.out
    run = project.succeed("run")
    assert "2 of 2 tables, 1,000 rows" in run.err
    assert run.out == ""
    assert project.query("SELECT count(*), sum(amount), count(note) FROM orders") == [
        ["1000", "625625.00", "667"]]
    assert project.query("SELECT count(*) FROM empty") == [["0"]]
    assert "1,000" in project.succeed("status").out
    assert "orders: 1,000 rows in 1 file, as written by run " in project.succeed("verify").out


def test_a_second_run_replaces_the_first(project):
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    project.configure()
    project.succeed("run")
    project.database.execute("DELETE FROM t", "INSERT INTO t VALUES (2), (3)")
    assert project.query("SELECT id FROM t") == [["1"]]
    project.succeed("run")
    assert project.query("SELECT id FROM t ORDER BY id") == [["2"], ["3"]]


def test_tables_are_named_as_words_or_by_a_flag(project):
    project.database.execute(*(f"CREATE TABLE {name} (id int)" for name in "abcd"))
    project.configure()
    assert "3 of 3 tables" in project.succeed("run", "a", "--table", "b", "--table=c").err
    assert [row[0] for row in project.query("SELECT count(*) FROM c")] == ["0"]
    assert not (project.lake / "d").exists()
    assert "3 of 3 tables" in project.succeed("run", "--table", "b", "c", "--table", "d").err
