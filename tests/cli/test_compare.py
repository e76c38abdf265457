"""`carmilla compare`: manifest, files and source say the same, or the figures that differ are
named. No value of a cell is shown."""

import json
import shutil

import pyarrow
import pyarrow.parquet
import pytest

DATA = 65
UNKNOWN = 65
WRONG_USAGE = 64
EVERY_FIGURE = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, small int2, amount numeric(12,2),"
    " wide numeric(38,0), paid boolean, day date, note text, code char(5), label varchar(40),"
    " at timestamptz, ratio double precision, tags text[])",
    "INSERT INTO orders SELECT 9223372036854775000 + i % 7, i, i * 1.25, 10::numeric ^ 37,"
    " i % 3 = 0, date '2024-02-28' + i, CASE WHEN i % 4 > 0 THEN repeat('ü', i) END, 'ab', 'x',"
    " now(), 0.5, ARRAY['a', NULL] FROM generate_series(1, 7) i")


def comparison(project, *arguments, code=0):
    finished = project.run("compare", "--json", *arguments)
    assert finished.code == code, str(finished)
    return json.loads(finished.out)


def figures(project, witness, *arguments, code=0):
    """What a witness says, by column and figure."""
    return {(figure["column"], figure["figure"]): figure[witness]
            for figure in comparison(project, *arguments, code=code)["figures"]}


@pytest.fixture
def orders(project):
    project.database.execute(*EVERY_FIGURE)
    project.configure()
    project.succeed("run")
    return project


def test_what_was_just_read_is_the_same_everywhere(orders):
    line = orders.succeed("compare", "orders", "--source").out
    assert line == "orders: 21 figures agree (manifest 13, files 21, source 20)\n"


def test_the_figures_are_those_of_the_database(orders):
    expected = {("", "rows"): "7", ("note", "values"): "6", ("paid", "true"): "2",
                ("note", "characters"): "24", ("amount", "sum"): "35.00",
                ("id", "sum"): str(9223372036854775000 * 7 + 21)}
    files = figures(orders, "files")
    assert expected.items() <= files.items()
    source = figures(orders, "source", "--source")
    assert {key: files[key] for key, value in source.items() if value is not None} == {
        key: value for key, value in source.items() if value is not None}
    assert expected.items() <= source.items()
    assert source["day", "days"] == files["day", "days"] is not None


def test_what_the_manifest_does_not_know_it_does_not_say(orders):
    manifest = figures(orders, "manifest")
    assert manifest["", "rows"] == "7" and manifest["note", "values"] == "6"
    assert manifest["amount", "sum"] is None


def test_a_source_that_has_moved_on_is_told_with_both_times(orders):
    orders.database.execute("UPDATE orders SET amount = amount + 1 WHERE small = 3")
    finished = orders.run("compare", "--source")
    assert finished.code == DATA
    lines = finished.out.splitlines()
    assert lines[0].startswith("orders: the source has changed: read at 20")
    assert "snapshot of 20" in " ".join(lines)
    assert lines[-1].split() == ["amount", "sum", "35.00", "36.00"]
    orders.succeed("run")
    orders.succeed("compare", "--source")


def test_other_rows_in_a_file_are_found_and_told_by_figure(orders):
    other = orders.folder / "other"
    shutil.copytree(orders.lake, other)
    orders.database.execute("DELETE FROM orders WHERE small = 7")
    orders.succeed("run")
    newest = max(orders.lake.glob("orders/*/part-00000.parquet"))
    shutil.copy(next(other.glob("orders/*/part-00000.parquet")), newest)
    finished = orders.run("compare")
    assert finished.code == DATA
    assert "orders: DIFFERENT" in finished.out
    assert ["(all)", "rows", "6", "7"] in [line.split() for line in finished.out.splitlines()]
    assert "carmilla verify orders" in finished.err
    assert comparison(orders, code=DATA)["agrees"] is False


def test_masked_and_derived_columns_are_not_asked_of_the_source(project):
    project.database.execute(
        "CREATE TABLE clicks (id int, email text, payload jsonb)",
        "INSERT INTO clicks VALUES (1, 'a@example.com', '{\"n\": 5}'), (2, NULL, '{\"n\": 6}')")
    project.configure(tables="  - name: public.clicks\n    mask: {email: null}\n"
                             "    derive: {n: {from: payload, path: $.n, type: bigint}}")
    project.succeed("run")
    source = figures(project, "source", "--source")
    assert source["email", "values"] is None and source["n", "sum"] is None
    assert source["id", "sum"] == "3"


def test_the_rows_of_the_configuration_are_compared(project):
    project.database.execute(
        "CREATE TABLE parent (id int, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE child PARTITION OF parent FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "INSERT INTO parent SELECT i, date '2024-03-01' + i FROM generate_series(1, 50) i",
        "CREATE TABLE base (id int)", "CREATE TABLE heir () INHERITS (base)",
        "INSERT INTO base VALUES (1)", "INSERT INTO heir VALUES (2), (3)",
        "CREATE VIEW shown AS SELECT id FROM parent WHERE id < 4")
    project.configure(tables="  - name: public.parent\n    where: id > 10 -- not all\n"
                             "    partition_by: {column: at, every: month}\n"
                             "  - public.base\n  - public.heir\n  - public.shown")
    project.succeed("run")
    rows = {}
    for line in project.succeed("compare", "--json", "--source").out.splitlines():
        answer = json.loads(line)
        rows[answer["table"]] = answer["figures"][0]["source"]
    assert rows == {"parent": "40", "base": "1", "heir": "2", "shown": "3"}


def test_lengths_are_not_compared_where_the_database_counts_bytes(make_project, make_database):
    project = make_project(make_database(encoding="SQL_ASCII"))
    project.database.execute("CREATE TABLE words (note text)",
                             "INSERT INTO words VALUES (E'\\xc3\\xa4\\xc3\\xb6')")
    project.configure()
    project.succeed("run")
    assert figures(project, "source", "--source")["note", "characters"] is None
    assert "3 figures agree" in project.succeed("compare", "--source").out


def test_a_table_that_a_file_made_is_not_asked_of_the_source(orders):
    pyarrow.parquet.write_table(pyarrow.table({"id": [1]}), orders.folder / "a.parquet")
    orders.succeed("add", "a.parquet", "--to", "clicks", "--partition", "dt=2024-05-01")
    lines = orders.succeed("compare", "--source").out.splitlines()
    assert lines[0] == "clicks: 3 figures agree (manifest 2, files 3)"


def test_an_empty_table_agrees(project):
    project.database.execute("CREATE TABLE empty (id int, amount numeric(5,2))")
    project.configure()
    project.succeed("run")
    assert figures(project, "source", "--source")["amount", "sum"] == ""


def test_tables_are_named_or_the_nearest_is(orders):
    finished = orders.run("compare", "order")
    assert finished.code == UNKNOWN and "orders" in finished.err


def test_athena_needs_a_catalog_and_the_source_a_configuration(orders):
    assert "catalog" in orders.run("compare", "--on", "athena").err
    assert orders.run("compare", "--lake", "lake", "--source").code == WRONG_USAGE
    (orders.folder / "carmilla.yaml").unlink()
    orders.succeed("compare", "--lake", "lake")
