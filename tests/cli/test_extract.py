"""`carmilla extract`: tables or a query into files, without any configuration, judged by two
readers that are not ours."""

import decimal
import stat

import duckdb
import pyarrow.parquet as pq
import pytest

CANARY = "canary-Pa55word-7c1"


@pytest.fixture
def orders(project):
    project.database.execute(
        "CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(12,2), note text, at timestamptz)",
        "INSERT INTO orders SELECT i, i * 1.25, CASE WHEN i % 3 = 0 THEN NULL ELSE 'nöte ' || i END,"
        " '2024-01-01 00:00+00'::timestamptz + i * interval '1 min' FROM generate_series(1, 1000) i",
        "CREATE TABLE customers (id int, name text)",
        "INSERT INTO customers VALUES (1, 'Carmilla'), (2, 'Laura')")
    return project


def extract(project, *arguments, source="env:DATABASE_URL"):
    return project.run("extract", "--source", source, *arguments)


def succeed(project, *arguments, **options):
    finished = extract(project, *arguments, **options)
    assert finished.code == 0, str(finished)
    assert finished.out == ""
    return finished


def duck_rows(path, sql="SELECT * FROM file"):
    return duckdb.sql(sql.replace("file", f"read_parquet('{path}')")).fetchall()


def test_one_table_becomes_one_file_that_others_read(orders):
    finished = succeed(orders, "public.orders", "--to", "orders.parquet")
    assert "1 of 1 table, 1,000 rows" in finished.err
    assert "written to orders.parquet" in finished.err
    path = orders.folder / "orders.parquet"
    table = pq.read_table(path)
    assert table.column_names == ["id", "amount", "note", "at"]
    wanted = orders.database.rows("SELECT id, amount, note, at FROM orders ORDER BY id")
    assert [tuple(row.values()) for row in table.to_pylist()] == wanted
    assert duck_rows(path, "SELECT count(*), sum(amount), count(note), max(id) FROM file") == [
        (1000, decimal.Decimal("625625.00"), 667, 1000)]
    assert sorted(p.name for p in orders.folder.iterdir()) == ["orders.parquet"]


def test_tables_and_patterns_become_a_file_each_in_a_directory(orders):
    succeed(orders, "public.orders", "public.customers", "--to", "some/folder")
    succeed(orders, "public.*", "--to", "all")
    for folder in ("some/folder", "all"):
        files = sorted(p.name for p in (orders.folder / folder).iterdir())
        assert files == ["customers.parquet", "orders.parquet"]
        assert duck_rows(orders.folder / folder / "customers.parquet") == [
            (1, "Carmilla"), (2, "Laura")]


@pytest.mark.parametrize("tables", [["public.orders", "public.customers"], ["public.*"]])
def test_several_tables_do_not_become_one_file(orders, tables):
    finished = extract(orders, *tables, "--to", "one.parquet")
    assert finished.code == 64, str(finished)
    assert "several tables cannot become one file: one.parquet" in finished.err
    assert "hint: name a directory with --to" in finished.err
    assert list(orders.folder.iterdir()) == []


def test_a_query_becomes_a_file(orders):
    sql = "SELECT id * 2 AS twice, note FROM public.orders WHERE id < 10 ORDER BY id DESC"
    succeed(orders, "--query", sql, "--to", "q.parquet")
    assert duck_rows(orders.folder / "q.parquet") == orders.database.rows(sql)
    succeed(orders, "--query", sql + "; -- done", "--limit", "3", "--to", "q.parquet")
    assert duck_rows(orders.folder / "q.parquet", "SELECT twice FROM file") == [(18,), (16,), (14,)]


def test_a_limit_is_kept_and_zero_rows_keep_the_columns(orders):
    succeed(orders, "public.orders", "--limit", "7", "--to", "o.parquet")
    assert pq.read_metadata(orders.folder / "o.parquet").num_rows == 7
    succeed(orders, "public.orders", "--limit", "0", "--to", "o.parquet")
    assert pq.read_metadata(orders.folder / "o.parquet").num_rows == 0
    assert pq.read_schema(orders.folder / "o.parquet").names == ["id", "amount", "note", "at"]


def test_tables_or_a_query_but_not_both_nor_none(orders):
    for arguments in ([], ["public.orders", "--query", "SELECT 1 AS x"]):
        finished = extract(orders, *arguments, "--to", "x.parquet")
        assert finished.code == 64, str(finished)
        assert "name tables or give --query" in finished.err


@pytest.mark.parametrize("name, codec", [
    ("zstd", "ZSTD"), ("gzip", "GZIP"), ("snappy", "SNAPPY"), ("none", "UNCOMPRESSED")])
def test_each_compression_is_used_and_read_by_others(orders, name, codec):
    path = orders.folder / "o.parquet"
    for source in (["public.orders"], ["--query", "SELECT * FROM public.orders"]):
        succeed(orders, *source, "--compression", name, "--to", path)
        group = pq.read_metadata(path).row_group(0)
        assert {group.column(i).compression for i in range(group.num_columns)} == {codec}
        assert pq.read_table(path)["id"].to_pylist() == list(range(1, 1001))
        assert duck_rows(path, "SELECT count(DISTINCT note) FROM file") == [(667,)]


def test_an_existing_file_is_replaced_only_on_success(orders):
    path = orders.folder / "orders.parquet"
    succeed(orders, "public.orders", "--to", path)
    before = path.read_bytes()
    for failing in (["public.odrers"], ["--query", "SELECT 1 / (500 - id) AS x FROM public.orders"],
                    ["--query", "SELECT NULL::gtsvector AS p"]):
        finished = extract(orders, *failing, "--to", path)
        assert finished.code == 65, str(finished)
        assert path.read_bytes() == before
        assert [p.name for p in orders.folder.iterdir()] == ["orders.parquet"], failing
    succeed(orders, "public.customers", "--to", path)
    assert duck_rows(path, "SELECT count(*) FROM file") == [(2,)]


def test_one_table_that_fails_leaves_the_others_written(orders):
    orders.database.execute("CREATE TABLE odd (p gtsvector)")
    finished = extract(orders, "public.*", "--to", "out")
    assert finished.code == 65
    assert "2 of 3 tables" in finished.err and "1 failed" in finished.err
    assert sorted(p.name for p in (orders.folder / "out").iterdir()) == [
        "customers.parquet", "orders.parquet"]


class TestSource:
    def test_may_be_a_private_file(self, orders):
        secret = orders.folder / "dsn"
        secret.write_text(orders.database.conninfo() + "\n")
        secret.chmod(0o600)
        succeed(orders, "public.customers", "--to", "c.parquet", source=f"file:{secret}")

    def test_file_that_others_may_read_is_refused(self, orders):
        secret = orders.folder / "dsn"
        secret.write_text(orders.database.conninfo() + f" password={CANARY}")
        secret.chmod(0o644)
        assert stat.S_IMODE(secret.stat().st_mode) == 0o644
        finished = extract(orders, "public.customers", "--to", "c.parquet", source=f"file:{secret}")
        assert finished.code == 78, str(finished)
        assert "chmod 600" in finished.err and CANARY not in finished.err

    def test_may_be_written_out_without_a_password(self, orders):
        succeed(orders, "public.customers", "--to", "c.parquet", source=orders.database.conninfo())

    @pytest.mark.parametrize("source", [
        f"host=127.0.0.1 password={CANARY}", f"postgresql://u:{CANARY}@127.0.0.1/x",
        f"postgresql://127.0.0.1/x?password={CANARY}"])
    def test_with_a_password_is_refused_and_not_echoed(self, orders, source):
        finished = extract(orders, "public.customers", "--to", "c.parquet", source=source)
        assert finished.code == 64, str(finished)
        assert "holds a password" in finished.err and "env:NAME" in finished.err
        assert CANARY not in finished.err
        assert not (orders.folder / "c.parquet").exists()

    def test_in_a_variable_that_is_not_set_is_named(self, orders):
        finished = extract(orders, "public.customers", "--to", "c.parquet", source="env:NOPE")
        assert finished.code == 78
        assert "NOPE is not set" in finished.err and "export NOPE=" in finished.err


def test_tables_of_one_name_in_two_schemas_get_two_files(orders):
    orders.database.execute("CREATE SCHEMA old", "CREATE TABLE old.orders AS SELECT 0 AS id")
    succeed(orders, "public.orders", "old.orders", "--to", "out")
    assert sorted(p.name for p in (orders.folder / "out").iterdir()) == [
        "old_orders.parquet", "public_orders.parquet"]
    assert duck_rows(orders.folder / "out/old_orders.parquet") == [(0,)]


def test_the_last_event_is_the_report(orders):
    finished = extract(orders, "public.customers", "--to", "c.parquet", "--json")
    report = finished.report()
    assert report["exit_code"] == 0
    assert [(t["name"], t["rows"], t["files"]) for t in report["tables"]] == [("customers", 2, 1)]


def test_sql_that_the_server_does_not_do_is_an_error_of_the_sql(orders):
    finished = extract(orders, "--query", "SELECT * FROM elsewhere.public.orders", "--to",
                       "q.parquet")
    assert finished.code == 65, str(finished)
    assert "cross-database references are not implemented" in finished.err
    assert "hint: the server does not do what the SQL asks for" in finished.err


def test_standard_output_takes_no_files(orders):
    finished = extract(orders, "public.orders", "--to", "-")
    assert finished.code == 64, str(finished)
    assert "--to is standard output" in finished.err
    assert "hint: name a file, such as --to orders.parquet" in finished.err
    assert list(orders.folder.iterdir()) == []


@pytest.fixture
def odd(project):
    project.database.execute(
        "CREATE TABLE odd (id int, amount numeric(10,2), day date)",
        "INSERT INTO odd VALUES (1, 'NaN', '2024-01-01'), (2, 1.5, '-infinity')")
    return project


@pytest.mark.parametrize("what", [["public.odd"], ["--query", "SELECT * FROM public.odd"]])
def test_policies_are_chosen_by_flags(odd, what):
    succeed(odd, *what, "--to", "odd.parquet", "--on-nan", "null", "--on-infinity", "clamp")
    rows = duck_rows(odd.folder / "odd.parquet", "SELECT amount, year(day) FROM file ORDER BY id")
    assert rows[0] == (None, 2024) and rows[1][0] == decimal.Decimal("1.50")
    succeed(odd, *what, "--to", "odd.parquet", "--on-nan", "null", "--on-infinity", "null")
    assert duck_rows(odd.folder / "odd.parquet", "SELECT day FROM file WHERE id = 2") == [(None,)]


@pytest.mark.parametrize("flag, value", [("--on-nan", "clamp"), ("--on-infinity", "nul")])
def test_a_policy_that_does_not_exist_is_refused(odd, flag, value):
    finished = extract(odd, "public.odd", "--to", "odd.parquet", flag, value)
    assert finished.code == 64, str(finished)
    assert f"{flag} must be one of error, null" in finished.err and value in finished.err


KEYS = ("carmilla.yaml", "policies:", "columns:", "where:", "exclude:", "`as:`", "memory:",
        "threads:")


@pytest.mark.parametrize("statements, arguments, hint", [
    (["CREATE TABLE t AS SELECT 'NaN'::numeric(5,2) AS n"], ["public.t"], "--on-nan null"),
    (["CREATE TABLE t AS SELECT 'infinity'::date AS d"], ["public.t"], "--on-infinity null"),
    (["CREATE TABLE t (p gtsvector)"], ["public.t"], "--query"),
    (["CREATE TABLE t ()"], ["public.t"], "other tables"),
    (["CREATE TABLE t (id int)", "CREATE SCHEMA more", "CREATE TABLE more.t (id int)",
      "CREATE TABLE public.more_t (id int)"], ["public.*", "more.t"], "--to NAME.parquet"),
])
def test_hints_name_flags_where_there_is_no_configuration(
        project, statements, arguments, hint):
    project.database.execute(*statements)
    for more in [[], ["--json", "--quiet"]]:
        finished = extract(project, *arguments, "--to", "out", *more)
        assert finished.code != 0, str(finished)
        assert hint in finished.err, str(finished)
        assert not any(key in finished.out + finished.err for key in KEYS), str(finished)
