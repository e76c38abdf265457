"""Every type that the server has is kept exactly, or refused by name; pg_type tells the types.

For each base type the test makes a domain, a composite and, where it has an order, a range; each
of them has its array (and a range its multirange). CARMILLA_WRITE_PAGES=1 renews
docs/type_matrix.md.
"""

import dataclasses
import json
import os
import pathlib

import psycopg
import pyarrow.parquet
import pytest

from database import Database, server_version
from parts import from_reader, from_server, printed
from project import Project
from readers import ArrowReader, DuckDbReader
from samples import EXTENSIONS, LARGE_EXTENSIONS
from server_types import Samples, is_pseudo, is_refused, is_unknown, read_types
from sinks import DirectoryLake
from sources import SETTINGS
from type_matrix_page import render

COLUMNS_OF_A_TABLE = 100
PAGE = pathlib.Path(__file__).parents[2] / "docs/type_matrix.md"
MAJOR = server_version() // 10000
USERS_OWN = [
    "CREATE TYPE mood AS ENUM ('sad', 'so so', 'très bien', '')",
    """CREATE TYPE "Odd ""Name"" s" AS ("Upper" int, lower text, " ," date, "é'" mood,
           "a.b" numeric, gone int)""",
    'ALTER TYPE "Odd ""Name"" s" DROP ATTRIBUTE gone',
    """CREATE TYPE nested AS (inside "Odd ""Name"" s", many "Odd ""Name"" s"[], times tstzrange)""",
    'CREATE TYPE ranged AS RANGE (subtype = "Odd ""Name"" s")',
    "CREATE TYPE moods AS RANGE (subtype = mood)",
    "CREATE DOMAIN tags AS text[]",
    "CREATE DOMAIN of_domain AS tags",
    "CREATE DOMAIN small AS int CHECK (VALUE < 10)",
    "CREATE TABLE nothing ()",
    "CREATE TYPE own",
    "CREATE FUNCTION own_in(cstring) RETURNS own IMMUTABLE STRICT LANGUAGE internal AS 'textin'",
    "CREATE FUNCTION own_out(own) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout'",
    "CREATE TYPE own (INPUT = own_in, OUTPUT = own_out, LIKE = text)",
    # What is printed as a whole has parts that these settings change.
    """CREATE TYPE printed AS (place point, at timestamptz, days interval, bytes bytea,
                               number double precision, many date[], span tsrange)""",
]
STRANGE_SETTINGS = [
    "DateStyle = 'German, DMY'", "TimeZone = 'Asia/Kathmandu'",
    "IntervalStyle = 'postgres_verbose'", "extra_float_digits = -5", "bytea_output = 'escape'",
]

# Of the extension that the machine of the committed page does not have.
VECTOR_TYPES = """
SELECT CASE classid WHEN 'pg_type'::regclass THEN objid
       ELSE (SELECT reltype FROM pg_class WHERE oid = objid) END
FROM pg_depend JOIN pg_extension e ON e.oid = refobjid AND refclassid = 'pg_extension'::regclass
WHERE e.extname = 'vector'
AND classid IN ('pg_type'::regclass, 'pg_class'::regclass)
"""


def made_for(type):
    """What is made of a base type."""
    many = f", many {type.name}[]" if type.has_array else ""
    made = [f'CREATE DOMAIN "domain {type.typname}" AS {type.name}',
            f'CREATE TYPE "row {type.typname}" AS (one {type.name}{many})']
    if type.has_order:
        made.append(f'CREATE TYPE "range {type.typname}" AS RANGE (subtype = {type.name})')
    return made


@dataclasses.dataclass
class Matrix:
    """The types by what becomes of them; `columns` tells where the exact ones stand."""

    types: dict
    columns: dict
    refused: dict
    impossible: list
    num_values: dict


@pytest.fixture(scope="module")
def database():
    made = Database(f"matrix_{os.getpid()}", template="template0")
    available = {name for name, in made.rows("SELECT name FROM pg_available_extensions")}
    made.execute(*(f"CREATE EXTENSION {name}" for name in [*EXTENSIONS, *LARGE_EXTENSIONS]
                   if name in available))
    with made.connect() as connection:
        bases = [type for type in read_types(connection, MAJOR).values()
                 if type.kind == "b" and not is_refused(type)]
    made.execute(*(f"ALTER DATABASE {made.name} SET {setting}" for setting in STRANGE_SETTINGS))
    made.execute(*USERS_OWN, *(statement for type in bases for statement in made_for(type)))
    yield made
    made.drop()


@pytest.fixture(scope="module")
def matrix(database):
    with database.connect() as connection:
        types = read_types(connection, MAJOR)
        unknown = sorted(type.title for type in types.values() if is_unknown(type))
        assert not unknown, f"types without samples in samples.py: {', '.join(unknown)}"
        impossible = [type for type in types.values() if type.made_of(is_pseudo)]
        refused = {f"refused_{type.oid}": type for type in types.values()
                   if type not in impossible and type.made_of(is_refused)}
        exact = [type for type in types.values()
                 if type not in impossible and type not in refused.values()]
        for table, type in refused.items():
            connection.execute(f"CREATE TABLE {table} (before int, cell {type.name})")
        samples = Samples(connection)
        columns = {}
        for begin in range(0, len(exact), COLUMNS_OF_A_TABLE):
            some = {f"c{type.oid}": type for type in exact[begin:begin + COLUMNS_OF_A_TABLE]}
            fill(connection, f"exact_{begin}", some, samples)
            columns[f"exact_{begin}"] = some
        return Matrix(types, columns, refused, [type for type in impossible if type.kind != "p"],
                      {type.oid: len(samples.of(type)) for type in exact})


def fill(connection, table, columns, samples):
    connection.execute(f"CREATE TABLE {table} (row int, " + ", ".join(
        f"{name} {type.name}" for name, type in columns.items()) + ")")
    values = {name: [*samples.of(type), "NULL"] for name, type in columns.items()}
    for row in range(max(map(len, values.values()))):
        cells = [of[row] if row < len(of) else "NULL" for of in values.values()]
        connection.execute(f"INSERT INTO {table} SELECT {row}, {', '.join(cells)}")


@pytest.fixture(scope="module")
def taken(database, matrix, tmp_path_factory):
    """A lake of all tables, and the events of the tables by name."""
    sink = DirectoryLake(Project(tmp_path_factory.mktemp("matrix"), database))
    sink.configure({table: {} for table in [*matrix.columns, *matrix.refused]})
    finished = sink.take()
    assert finished.code == 65, str(finished)
    events = [json.loads(line) for line in finished.out.splitlines()]
    return sink, {event["name"]: event for event in events if event["event"] == "table"}


@pytest.mark.parametrize("reader", [ArrowReader(), DuckDbReader()],
                         ids=lambda reader: type(reader).__name__)
def test_every_type_is_what_the_server_prints(database, matrix, taken, reader):
    sink, events = taken
    wrong = []
    for table, columns in matrix.columns.items():
        assert "error" not in events[table], events[table]
        files = sink.files(table)
        schema = pyarrow.parquet.read_schema(files[0])
        expected = server_values(database, table, columns, schema)
        found = reader.read(files)
        for name, type in columns.items():
            stored = schema.field(name).type
            right = [from_server(value, stored) for value in expected[name]]
            read = [from_reader(value, stored) for value in found[name]]
            assert len(right) == len(read) > matrix.num_values[type.oid]
            assert any(value is not None for value in right), type.title
            wrong += [f"{type.title}: {value!r} instead of {other!r}"
                      for value, other in zip(read, right) if value != other]
    assert not wrong, "\n".join(["", *wrong])


def server_values(database, table, columns, schema):
    select = ", ".join(printed(name, type, schema.field(name).type)
                       for name, type in columns.items())
    with database.connect() as connection:
        for name, value in SETTINGS.items():
            connection.execute(f"SET {name} = '{value}'")
        # To compile long expressions takes longer than to run them.
        connection.execute("SET jit = off")
        rows = connection.execute(f"SELECT {select} FROM {table} ORDER BY row").fetchall()
    return dict(zip(columns, zip(*rows)))


@pytest.mark.parametrize("name", LARGE_EXTENSIONS)
def test_types_of_large_extensions_are_walked_where_they_are(database, matrix, name):
    own = {oid for oid, in database.rows(
        "SELECT objid FROM pg_depend WHERE classid = 'pg_type'::regclass AND deptype = 'e' "
        f"AND refobjid = (SELECT oid FROM pg_extension WHERE extname = '{name}')")}
    if not own:
        pytest.skip(f"the server has no extension {name}")
    exact = {type.oid for columns in matrix.columns.values() for type in columns.values()}
    assert own & exact and own <= matrix.types.keys()


def test_what_has_no_exact_form_is_refused_by_name(matrix, taken):
    _, events = taken
    assert matrix.refused
    for table, type in matrix.refused.items():
        error = events[table]["error"]
        assert error["kind"] == "unsupported_type", (type.title, error)
        assert 'column "cell"' in error["message"], error
        assert type.made_of(is_refused).typname in error["message"], error


def test_what_is_left_no_column_can_have(database, matrix):
    assert matrix.impossible
    for type in matrix.impossible:
        with pytest.raises(psycopg.Error, match="pseudo-type"):
            database.execute(f"CREATE TABLE impossible (cell {type.name})")


@pytest.mark.only_postgres(15, "the page is about PostgreSQL 15")
def test_the_committed_page_is_what_the_walk_found(database, matrix, taken):
    if not database.rows("SELECT FROM pg_extension WHERE extname = 'postgis'"):
        pytest.skip("the page is about a server with PostGIS")
    sink, _ = taken
    vector = {oid for oid, in database.rows(VECTOR_TYPES)}
    walked = dataclasses.replace(
        matrix,
        types={oid: type for oid, type in matrix.types.items()
               if not type.made_of(lambda part: part.oid in vector)},
        refused={table: type for table, type in matrix.refused.items()
                 if not type.made_of(lambda part: part.oid in vector)})
    described = {
        type.oid: next(column for column in sink.manifest(table)["columns"]
                       if column["name"] == name)
        for table, columns in matrix.columns.items() for name, type in columns.items()
        if type.oid in walked.types}
    page = render(database, walked, described)
    if os.environ.get("CARMILLA_WRITE_PAGES"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, (
        f"{PAGE.name} is out of date; CARMILLA_WRITE_PAGES=1 with this test renews it")
