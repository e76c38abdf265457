"""Columns from JSON: exact, counted where they do not fit, and as two other readers see them."""

import json
from datetime import date, datetime, timezone
from decimal import Decimal

import duckdb
import pyarrow.parquet as parquet
import pytest

NUM_ROWS = 3000


def manifest(project, table):
    pointer = json.loads((project.lake / table / "_carmilla/current.json").read_text())
    return json.loads((project.lake / table / pointer["manifest"]).read_text())


def files(project, table):
    return sorted(str(path) for path in (project.lake / table).rglob("*.parquet"))


def read(project, table):
    """The rows as pyarrow reads them, and as DuckDB does: the same."""
    rows = parquet.ParquetDataset(files(project, table)).read().sort_by("id").to_pylist()
    names = ", ".join(f'"{name}"' for name in rows[0])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        answer = connection.execute(
            f"SELECT {names} FROM read_parquet(?) ORDER BY id", [files(project, table)])
        assert rows == answer.to_arrow_table().to_pylist()
    return rows


def entry(table, derive, more=""):
    lines = "".join(f"      {name}: {{{form}}}\n" for name, form in derive.items())
    return f"  - name: public.{table}\n{more}    derive:\n{lines}"


FORMS = {
    "campaign_id": "from: payload, path: $.campaign.id, type: bigint",
    "schema": 'from: payload, path: $."Meta:schema", type: text',
    "best": 'from: payload, path: "$.score[0]", type: "decimal(38,9)"',
    "ratio": "from: payload, path: $.ratio, type: double",
    "is_new": "from: payload, path: $.new, type: boolean",
    "day": "from: payload, path: $.day, type: date",
    "at": "from: payload, path: $.at, type: timestamptz",
    "clock": "from: payload, path: $.clock, type: timestamp",
    "ms": "from: payload, path: $.ms, type: timestamptz, timestamp: epoch_ms",
    "s": "from: payload, path: $.s, type: timestamptz, timestamp: epoch_s",
    "net": "from: payload, path: $.net, type: timestamptz, timestamp: dotnet",
    "ms3": 'from: payload, path: $.ms, type: "timestamp[ms, UTC]", timestamp: epoch_ms',
    "tags": 'from: payload, path: $.tags, type: text, join: ","',
    "user_id": "from: payload, parse: $.body, path: $.user.id, type: bigint",
    "whole": "from: payload, path: $.campaign, type: text",
}
DOCUMENT = (
    '{"campaign": {"id": 9007199254740993}, "Meta:schema": "v\\u00fc\\n", "ratio": 0.1, '
    '"score": [12345678901234567890123456789.123456789, 2], "new": true, "day": "2024-02-29", '
    '"at": "2024-05-01T12:00:00.25+02:00", "clock": "2024-05-01 12:00:00", '
    '"ms": 1700000000123, "s": 1700000000.5, "net": "/Date(1700000000000+0100)/", '
    '"tags": ["a", 1, null, "b,c"], "body": "{\\"user\\": {\\"id\\": 7}}"}')
EXPECTED = {
    "campaign_id": 9007199254740993, "schema": "vü\n",
    "best": Decimal("12345678901234567890123456789.123456789"), "ratio": 0.1, "is_new": True,
    "day": date(2024, 2, 29),
    "at": datetime(2024, 5, 1, 10, 0, 0, 250000, tzinfo=timezone.utc),
    "clock": datetime(2024, 5, 1, 12),
    "ms": datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=timezone.utc),
    "s": datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=timezone.utc),
    "net": datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc),
    "ms3": datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=timezone.utc),
    "tags": "a,1,b,c", "user_id": 7, "whole": '{"id": 9007199254740993}',
}


@pytest.mark.parametrize("type_of_payload", ["jsonb", "json", "text"])
def test_every_form_is_exact(project, type_of_payload):
    project.database.execute(f"CREATE TABLE clicks (id int, payload {type_of_payload})")
    for row, document in ((1, DOCUMENT), (2, "{}"), (3, None), (4, "null")):
        value = "NULL" if document is None else f"$json${document}$json$"
        project.database.execute(f"INSERT INTO clicks VALUES ({row}, {value})")
    project.configure(entry("clicks", FORMS, "    drop: [payload]\n    proof: full\n"))
    project.succeed("run")
    rows = read(project, "clicks")
    assert rows[0] == {"id": 1, **EXPECTED}
    nothing = dict.fromkeys(FORMS)
    assert rows[1:] == [{"id": row, **nothing} for row in (2, 3, 4)]
    project.succeed("verify", "clicks")


MISFITS = ['{"a": "x"}', '{"a": 2.5}', '{"a": 1e30}', '{"a": {}}', '{"a": true}', '[1]', '7']


def test_misfits_are_counted_where_they_become_null(project):
    project.database.execute("CREATE TABLE odd (id int, payload jsonb)")
    for row, document in enumerate(['{"a": 1}', "{}", *MISFITS]):
        project.database.execute(f"INSERT INTO odd VALUES ({row}, '{document}')")
    project.configure(entry("odd", {
        "a": "from: payload, path: $.a, type: bigint, on_misfit: null",
        "b": "from: payload, path: $.b, type: text, on_misfit: null"}))
    finished = project.succeed("run", "--json")
    assert f"a: policy applied to {len(MISFITS)} cells" in finished.err, str(finished)
    assert [row["a"] for row in read(project, "odd")] == [1, None] + [None] * len(MISFITS)
    counts = {c["name"]: c["policy_counts"] for c in manifest(project, "odd")["columns"]}
    assert counts["a"] == {"on_misfit": len(MISFITS)} and counts["b"] == {"on_misfit": 2}
    assert counts["payload"] == {}
    assert finished.report()["tables"][0]["policy_counts"] == {"a": len(MISFITS), "b": 2}


@pytest.mark.parametrize("document", MISFITS)
def test_a_misfit_is_an_error_that_names_column_path_and_cure(project, document):
    project.database.execute("CREATE TABLE odd (id int, payload jsonb)",
                             f"INSERT INTO odd VALUES (1, '{document}')")
    project.configure(entry("odd", {"a": "from: payload, path: $.a, type: bigint"}))
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert 'reading public.odd: column "a": $.a of "payload" holds ' in finished.err, str(finished)
    assert "add on_misfit: null to \"a\"" in " ".join(finished.err.split())
    assert finished.err.count("on_misfit: error") == 1
    assert not (project.lake / "odd/_carmilla/current.json").exists()


def test_text_that_is_no_json_is_a_misfit(project):
    project.database.execute(
        "CREATE TABLE logs (id int, line text)",
        "INSERT INTO logs VALUES (1, '{\"a\": 1}'), (2, '{\"a\": 1'), (3, ''), (4, NULL), "
        "(5, '{\"a\": 2} x'), (6, '{\"a\": \"\\ud800\"}')")
    project.configure(entry("logs", {"a": "from: line, path: $.a, type: text"},
                            "    on_misfit: null\n"))
    finished = project.succeed("run")
    assert "a: policy applied to 4 cells" in finished.err, str(finished)
    assert [row["a"] for row in read(project, "logs")] == ["1"] + [None] * 5


@pytest.mark.parametrize("derive, more, problem, hint", [
    ({"a": "from: payloud, path: $.a, type: text"}, "",
     "9:17: planning public.clicks: derive takes a from no such column: payloud",
     'did you mean "payload"?'),
    ({"note": "from: payload, path: $.a, type: text"}, "",
     "9:7: planning public.clicks: a derived column has the name of a column: note", "another name"),
    ({"ID": "from: payload, path: $.a, type: text"}, "", "has the name of a column: ID",
     "another name"),
    ({"a": "from: id, path: $.a, type: text"}, "",
     "derive takes JSON from a json, jsonb or text column, and id is integer", "another column"),
    ({"a": "from: payload, path: $.a, type: text"}, "    drop: [payloud]\n",
     "8:5: planning public.clicks: drop names no such column: payloud", "payload"),
    ({"a": "from: payload, path: $.a, type: text"}, "    mask: {payload: null}\n",
     "derive takes a from a masked column: payload", "by drop: instead"),
    ({"a": "from: payload, path: $.a, type: bigint"}, "    mask: {a: {truncate: 1}}\n",
     "this mask is for columns that are stored as text, and a is bigint", "derive it as text"),
    ({"a": "from: payload, path: $.a, type: bigint"}, "    mask: {a: drop}\n",
     "a derived column cannot be dropped: a", "remove it from derive"),
])
def test_what_cannot_be_is_refused_before_reading(project, derive, more, problem, hint):
    project.database.execute("CREATE TABLE clicks (id int, note text, payload jsonb)")
    project.configure(entry("clicks", derive, more))
    finished = project.run("run")
    assert finished.code == 78, str(finished)
    assert problem in " ".join(finished.err.split()), str(finished)
    assert hint in " ".join(finished.err.split()), str(finished)


def test_the_plan_shows_where_columns_come_from(project):
    project.database.execute("CREATE TABLE clicks (id int, ssn text, name text, payload jsonb)")
    project.configure(entry("clicks", {
        "campaign_id": "from: payload, path: $.campaign.id, type: bigint, on_misfit: null",
        "user_id": "from: payload, parse: $.body, path: $.user.id, type: bigint"},
        "    drop: [payload]\n    mask: {ssn: null, name: {truncate: 1}}\n"))
    page = project.succeed("plan").out
    table = page[page.index("clicks  from public.clicks"):]
    assert [line.split() for line in table.splitlines()[2:8]] == [
        "read and not written: payload".split(),
        "column PostgreSQL Parquet Athena policy".split(),
        "id integer INT32 int".split(),
        "ssn text STRING string mask: null".split(),
        "name text STRING string mask: truncate 1".split(),
        "campaign_id payload $.campaign.id INT64 bigint on_misfit: null".split()], page
    columns = {c["name"]: c for c in
               json.loads(project.succeed("plan", "--json").out)["tables"][0]["columns"]}
    assert columns["user_id"]["derived_from"] == "payload $.body $.user.id"
    assert columns["campaign_id"]["on_misfit"] == "null"
    assert columns["name"]["mask"] == "truncate 1" and "mask" not in columns["id"]


@pytest.mark.parametrize("form", [
    "path: $.day, type: date", "path: $.ms, type: timestamp, timestamp: epoch_ms",
    'path: $.ms, type: "timestamp[ms]", timestamp: epoch_ms'])
def test_a_derived_column_may_divide_the_files(project, form):
    project.database.execute(
        "CREATE TABLE clicks (id int, payload jsonb)",
        "INSERT INTO clicks SELECT i, jsonb_build_object('day', date '2024-01-01' + i % 3, "
        "'ms', extract(epoch FROM date '2024-01-01' + i % 3) * 1000 + i) "
        "FROM generate_series(1, 9) i")
    project.configure(entry("clicks", {"day": f"from: payload, {form}"},
                            "    partition_by: {column: day, every: day}\n"))
    project.succeed("run")
    assert project.query("SELECT dt, count(*) FROM clicks GROUP BY 1 ORDER BY 1") == [
        ["2024-01-01", "3"], ["2024-01-02", "3"], ["2024-01-03", "3"]]


def test_the_memory_of_the_index_is_part_of_the_largest_row(project):
    """Rows up to 7.2 MiB fit this budget, and half as much where documents are indexed."""
    project.database.execute(
        "CREATE TABLE clicks (id int, payload json)",
        "INSERT INTO clicks SELECT 1, ('[' || repeat('1,', 2500000) || '1]')::json")
    project.configure(extra="memory: 96MiB")
    project.succeed("run")
    project.configure(entry("clicks", {"a": 'from: payload, path: "$[2]", type: bigint'}),
                      "memory: 96MiB")
    finished = project.run("run")
    assert finished.code == 65 and "public.clicks" in finished.err, str(finished)
    project.configure(entry("clicks", {"a": 'from: payload, path: "$[2500000]", type: bigint'},
                            "    drop: [payload]\n"))
    project.succeed("run")
    assert project.query("SELECT a FROM clicks") == [["1"]]


def click_columns():
    """Forty columns of every kind, a third of them nested."""
    kinds = ["bigint", "text", "double", "boolean", '"decimal(18,4)"', "timestamptz, timestamp: epoch_ms"]
    forms = {}
    for i in range(40):
        path = f"$.context.page.field_{i}" if i % 3 == 0 else f"$.field_{i}"
        forms[f"field_{i}"] = f"from: payload, path: {path}, type: {kinds[i % len(kinds)]}"
    return forms


def test_forty_click_columns_are_what_postgresql_finds(project):
    values = ["i * {n}", "'text ' || i || ' {n}'", "i / 8.0", "i % 2 = 0", "i + 0.{n:04d}",
              "1700000000000 + i * {n}"]
    members = {True: [], False: []}
    for i in range(40):
        members[i % 3 == 0].append(f"'field_{i}', {values[i % len(values)].format(n=i)}")
    project.database.execute(
        "CREATE TABLE clicks (id int, payload jsonb)",
        "INSERT INTO clicks SELECT i, jsonb_build_object('context', jsonb_build_object('page', "
        f"jsonb_build_object({', '.join(members[True])})), {', '.join(members[False])}) "
        f"FROM generate_series(1, {NUM_ROWS}) i")
    casts = ["::bigint", "", "::double precision", "::boolean", "::numeric(18,4)", "::bigint"]
    paths = [("{context,page," if i % 3 == 0 else "{") + f"field_{i}}}" for i in range(40)]
    answer = project.database.rows(
        "SELECT id, " + ", ".join(f"(payload #>> '{path}'){casts[i % len(casts)]}"
                                  for i, path in enumerate(paths)) + " FROM clicks ORDER BY id")
    project.configure(entry("clicks", click_columns(), "    drop: [payload]\n"))
    project.succeed("run")
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    found = []
    for row in read(project, "clicks"):
        cells = [round((cell - epoch).total_seconds() * 1000) if isinstance(cell, datetime) else cell
                 for cell in row.values()]
        found.append(tuple(cells))
    assert found == [tuple(row) for row in answer]
