"""Every value of values.py, from a source through a sink, as independent readers find it."""

import decimal
import json
import os

import pyarrow.parquet
import pytest

from database import Database, server_version
from project import Project
from readers import ArrowReader, DuckDbReader, countable
from sinks import DirectoryLake
from sources import PostgresSource
from values import CONTRADICTED, GROUPS, REFUSED, Touched

MOST_SHOWN = 100


@pytest.fixture(scope="module")
def database():
    made = Database(f"conformance_{os.getpid()}", template="template0")
    yield made
    made.drop()


@pytest.fixture(scope="module", params=[PostgresSource])
def source(request, database):
    source = request.param(database, server_version())
    for table, group in GROUPS.items():
        if source.columns(group):
            source.fill(table, group)
    return source


@pytest.fixture(scope="module", params=[DirectoryLake])
def sink(request, source, tmp_path_factory):
    """A sink that has taken all groups."""
    sink = request.param(Project(tmp_path_factory.mktemp("conformance"), source.database))
    sink.configure({table: {name: column.policies
                            for name, column in source.columns(group).items()}
                    for table, group in GROUPS.items() if source.columns(group)})
    finished = sink.take()
    assert finished.code == 0, str(finished)
    return sink


@pytest.fixture(scope="module", params=[ArrowReader, DuckDbReader])
def reader(request):
    return request.param()


@pytest.fixture(params=GROUPS)
def table(request, source):
    """The name of a group of which this server has a type."""
    if not source.columns(GROUPS[request.param]):
        pytest.skip("later servers brought these types")
    return request.param


def shown(value):
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}... ({len(text)} characters)"


def test_every_value_is_what_the_source_prints(source, sink, reader, table):
    columns = source.columns(GROUPS[table])
    found = reader.read(sink.files(table))
    expected = source.expected(table, GROUPS[table])
    assert found.keys() - {"row"} == expected.keys()
    wrong = []
    for name, column in expected.items():
        form = columns[name].form
        read = [None if value is None else form.from_reader(value) for value in found[name]]
        assert len(read) == len(column.values) > 0, name
        wrong += [f"{column.type} {shown(written)}: {shown(value)} instead of {shown(right)}"
                  for written, value, right in zip(column.written, read, column.values)
                  if value != right]
    assert not wrong, "\n".join(["", *wrong])


def test_every_touched_cell_is_counted(source, sink, table):
    counted = {column["name"]: column["policy_counts"]
               for column in sink.manifest(table)["columns"]}
    for name, column in source.columns(GROUPS[table]).items():
        touched = sum(isinstance(value, Touched) for value in source.values(column))
        policy, = column.policies or [None]
        assert counted[name] == ({policy: touched} if touched else {}), column.type


def ordered(value, type):
    """A value, or a bound as it stands in the file, as Parquet compares the type."""
    if isinstance(value, decimal.Decimal):
        return int(format(value, "f").replace(".", ""))
    if isinstance(value, bytes) and pyarrow.types.is_decimal(type):
        return int.from_bytes(value, "big", signed=True)
    return value.encode() if isinstance(value, str) else value


def test_bounds_in_the_files_hold_every_value(sink, table):
    num_bounds = 0
    for chunk, values, type in chunks(sink.files(table)):
        bounds = chunk.statistics
        if bounds is None or not bounds.has_min_max:
            continue
        num_bounds += 1
        assert bounds.null_count == values.count(None)
        lowest, highest = ordered(bounds.min_raw, type), ordered(bounds.max_raw, type)
        for value in values:
            assert value is None or lowest <= ordered(value, type) <= highest, (type, value)
        # A reader that compares bits must find both zeros between them.
        assert str(lowest) != "0.0" and str(highest) != "-0.0", type
    assert num_bounds > 0


def chunks(files):
    """Each column chunk of the files with its values and its type, unless it is nested."""
    for path in files:
        file = pyarrow.parquet.ParquetFile(path)
        for number in range(file.num_row_groups):
            group, table = file.metadata.row_group(number), file.read_row_group(number)
            for chunk in map(group.column, range(group.num_columns)):
                if chunk.path_in_schema in table.column_names:
                    column = table[chunk.path_in_schema]
                    yield chunk, column.cast(countable(column.type)).to_pylist(), column.type


def test_what_no_column_can_hold_is_refused_by_name(database, tmp_path):
    tables = {}
    for index, (type, value, phrase) in enumerate(REFUSED):
        table = f"refused_{index}"
        database.execute(f"CREATE TABLE {table} (before int, cell {type})",
                         f"INSERT INTO {table} VALUES (1, NULL), (2, '{value}')")
        tables[table] = phrase
    sink = DirectoryLake(Project(tmp_path, database))
    sink.configure(dict.fromkeys(tables, {}))
    finished = sink.take()
    assert finished.code == 65, str(finished)
    events = [json.loads(line) for line in finished.out.splitlines()]
    errors = {event["name"]: event["error"] for event in events if event["event"] == "table"}
    assert errors.keys() == tables.keys()
    for table, phrase in tables.items():
        assert errors[table]["kind"] == "data", errors[table]
        assert 'column "cell"' in errors[table]["message"], errors[table]
        assert phrase in json.dumps(errors[table]), errors[table]
        assert not (sink.project.lake / table / "_carmilla/current.json").exists()


def test_a_choice_that_would_say_something_else_is_refused_before_reading(database, tmp_path):
    tables = {}
    for index, (type, chosen) in enumerate(CONTRADICTED):
        if type.endswith("multirange") and server_version() < 140000:
            continue
        tables[f"contradicted_{index}"] = {"cell": chosen}
        database.execute(f"CREATE TABLE contradicted_{index} (cell {type})")
    sink = DirectoryLake(Project(tmp_path, database))
    sink.configure(tables)
    finished = sink.take()
    assert finished.code == 78, str(finished)
    events = [json.loads(line) for line in finished.out.splitlines()]
    errors = {event["name"]: event["error"] for event in events if event["event"] == "table"}
    assert errors.keys() == tables.keys()
    for table, chosen in tables.items():
        (policy, choice), = chosen["cell"].items()
        message = errors[table]["message"]
        assert f"{policy}: {choice} does not apply to the column cell" in message, message
        assert "a bound of a range that is NULL is no bound" in message


def test_a_label_that_an_enum_gets_later_is_kept(database, reader, tmp_path):
    table = f"growing_{type(reader).__name__.lower()}"
    database.execute(f"CREATE TYPE kind_{table} AS ENUM ('a', 'c')",
                     f"CREATE TABLE {table} AS SELECT 1 AS row, 'c'::kind_{table} AS kind")
    sink = DirectoryLake(Project(tmp_path, database))
    sink.configure({table: {}})
    assert sink.take().code == 0
    database.execute(f"ALTER TYPE kind_{table} ADD VALUE 'b' BEFORE 'c'",
                     f"INSERT INTO {table} VALUES (2, 'b')")
    assert sink.take().code == 0
    assert reader.read(sink.files(table))["kind"] == ["c", "b"]


def test_rows_from_before_a_composite_changed_are_kept(database, reader, tmp_path):
    table = f"changing_{type(reader).__name__.lower()}"
    database.execute(f"CREATE TYPE pair_{table} AS (a int, gone text, b text)",
                     f"CREATE TABLE {table} (row int, pair pair_{table})",
                     f"INSERT INTO {table} VALUES (1, '(1,x,y)'), (2, '(,,)'), (3, NULL)",
                     f"ALTER TYPE pair_{table} DROP ATTRIBUTE gone",
                     f"ALTER TYPE pair_{table} ADD ATTRIBUTE c numeric(5,2)",
                     f"INSERT INTO {table} VALUES (4, '(2,z,1.5)')")
    sink = DirectoryLake(Project(tmp_path, database))
    sink.configure({table: {}})
    assert sink.take().code == 0
    assert reader.read(sink.files(table))["pair"] == [
        {"a": 1, "b": "y", "c": None}, {"a": None, "b": None, "c": None}, None,
        {"a": 2, "b": "z", "c": decimal.Decimal("1.50")}]
