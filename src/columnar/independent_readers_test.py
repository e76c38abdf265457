"""Reads what the Parquet writer wrote with two readers that are not ours, and compares."""

import collections
import datetime
import decimal
import json
import os
import re
import subprocess
import uuid

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

FILES = ["zstd", "gzip", "snappy", "none"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample")
    subprocess.run([os.environ["CARMILLA_WRITE_SAMPLE"], path], check=True)
    return path


@pytest.fixture(scope="session")
def columns(folder):
    return json.loads((folder / "columns.json").read_text())


def expected_value(kind, value):
    """Turns Arrow's JSON notation of a value of a type into what Python's readers give."""
    if value is None:
        return None
    if isinstance(kind, dict):
        return expected_nested(kind, value)
    if kind.startswith("decimal"):
        return decimal.Decimal(value)
    if kind == "binary":
        return value.encode()
    if kind == "extension<arrow.uuid>":
        return uuid.UUID(bytes=value.encode())
    if kind.startswith("time64"):
        return (datetime.datetime.min + datetime.timedelta(microseconds=value)).time()
    if kind.startswith("timestamp"):
        zone = datetime.timezone.utc if "tz=UTC" in kind else None
        return datetime.datetime.fromisoformat(value).replace(tzinfo=zone)
    return value


def expected_nested(kind, value):
    if "list" in kind:
        return [expected_value(kind["list"], element) for element in value]
    if "map" in kind:
        return {key: expected_value(kind["map"][1], item) for key, item in value}
    return {name: expected_value(member, value[name]) for name, member in kind["struct"].items()}


def expected_values(column):
    text = re.sub(r"\bInf\b", "Infinity", column["values"])
    return [expected_value(column["type"], value) for value in json.loads(text)]


def comparable(value):
    """NaN equals NaN here, and 0.0 differs from -0.0."""
    if isinstance(value, list):
        return [comparable(element) for element in value]
    if isinstance(value, dict):
        return {name: comparable(element) for name, element in value.items()}
    return repr(value) if isinstance(value, float) else value


def assert_equal(column, values):
    expected = [comparable(value) for value in expected_values(column)]
    assert [comparable(value) for value in values] == expected, column["name"]


@pytest.mark.parametrize("file", FILES)
def test_pyarrow_reads_every_type(folder, columns, file):
    table = pyarrow.parquet.ParquetFile(folder / f"{file}.parquet").read()
    assert table.column_names == [column["name"] for column in columns]
    for column in columns:
        values = table.column(column["name"])
        if column["name"] == "date":
            values = values.cast("int32")
        assert_equal(column, values.to_pylist(maps_as_pydicts="strict"))


def all_fields(schema):
    for field in schema:
        yield field
        if pyarrow.types.is_map(field.type):
            yield from all_fields([field.type.item_field])
        elif pyarrow.types.is_nested(field.type):
            yield from all_fields([field.type.field(i) for i in range(field.type.num_fields)])


def test_every_encoding_of_ours_is_judged(folder):
    found = set()
    for file in ("zstd", "none"):
        footer = pyarrow.parquet.read_metadata(folder / f"{file}.parquet")
        found.update(*(footer.row_group(0).column(i).encodings
                       for i in range(footer.num_columns)))
    assert found == {"PLAIN", "RLE", "RLE_DICTIONARY", "DELTA_BINARY_PACKED",
                     "DELTA_LENGTH_BYTE_ARRAY"}


def test_everything_but_keys_is_optional(folder):
    schema = pyarrow.parquet.ParquetFile(folder / "zstd.parquet").schema_arrow
    assert [field for field in all_fields(schema) if not field.nullable] == []
    stored = str(pyarrow.parquet.ParquetFile(folder / "zstd.parquet").schema)
    required = [line.split("(")[0].strip() for line in stored.splitlines() if "required" in line]
    assert required == ["required group field_id=-1 schema {",
                        *2 * ["required binary field_id=-1 key"]]


def test_nested_types_have_the_standard_form(folder):
    stored = str(pyarrow.parquet.ParquetFile(folder / "zstd.parquet").schema)
    stored = re.sub(r" field_id=-?\d+", "", stored)
    assert """\
  optional group string_list (List) {
    repeated group list {
      optional binary element (String);
    }
  }
""" in stored
    assert """\
  optional group hstore (Map) {
    repeated group key_value {
      required binary key (String);
      optional binary value (String);
    }
  }
""" in stored
    assert """\
  optional group range {
    optional int64 lower;
    optional int64 upper;
    optional boolean lower_inc;
    optional boolean upper_inc;
    optional boolean empty;
  }
""" in stored


@pytest.mark.parametrize("file", FILES)
def test_duckdb_reads_every_type(folder, columns, file):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for column in columns:
        name = '"' + column["name"].replace('"', '""') + '"'
        if column["name"] == "date":
            name = f"{name} - DATE '1970-01-01'"
        if column["name"].startswith("timestamptz"):
            # Without pytz, DuckDB gives a time with zone to Python as text only.
            name = f"epoch_us({name})"
        rows = connection.execute(f"SELECT {name} FROM '{folder}/{file}.parquet'").fetchall()
        values = [row[0] for row in rows]
        if column["name"].startswith("timestamptz"):
            start = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            values = [None if value is None else start + datetime.timedelta(microseconds=value)
                      for value in values]
        assert_equal(column, values)


def order(row):
    random = row * 0x9E3779B97F4A7C15 % 2**64
    return (
        row,
        decimal.Decimal(random % 1000003).scaleb(-2),
        "open" if random % 3 == 0 else "shipped",
        None if random % 7 == 0 else f"note {random}",
    )


def test_both_read_many_row_groups(folder):
    expected = [order(row) for row in range(100000)]
    file = pyarrow.parquet.ParquetFile(folder / "orders.parquet")
    assert file.num_row_groups > 2
    table = file.read()
    assert list(zip(*(column.to_pylist() for column in table.columns))) == expected
    rows = duckdb.sql(f"SELECT * FROM '{folder}/orders.parquet'").fetchall()
    assert rows == expected


def test_bounds_exclude_row_groups(folder):
    file = pyarrow.parquet.ParquetFile(folder / "orders.parquet")
    bounds = [file.metadata.row_group(group).column(0).statistics for group in range(file.num_row_groups)]
    for left, right in zip(bounds, bounds[1:]):
        assert left.max < right.min
    query = f"SELECT count(*) FROM '{folder}/orders.parquet' WHERE id BETWEEN 70000 AND 70009"
    assert duckdb.sql(query).fetchall() == [(10,)]


def leaves(value, path):
    """The values of a leaf, at whatever depth, that are not NULL."""
    if value is None:
        return
    if not path:
        yield value
    elif path[0] == "list":
        for element in value:
            yield from leaves(element, path[2:])
    else:
        yield from leaves(value[path[0]], path[1:])


def bounds_of(values, kind):
    """Zeros are -0.0 below and +0.0 above; values with NaN among them have no bounds."""
    if kind == "UUID":
        values = [value.bytes for value in values]
    if not values or any(value != value for value in values):
        return None
    smallest, largest = min(values), max(values)
    if isinstance(smallest, float):
        return repr(smallest or -0.0), repr(largest or 0.0)
    return (None if len(str(smallest)) > 4096 else smallest,
            None if len(str(largest)) > 4096 else largest)


def test_bounds_are_those_of_the_values_at_every_depth(folder):
    file = pyarrow.parquet.ParquetFile(folder / "bounded.parquet")
    assert file.num_row_groups > 8
    seen = collections.Counter()
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        rows = {name: table.column(name).to_pylist() for name in table.column_names}
        for leaf in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(leaf)
            path = chunk.path_in_schema.split(".")
            values = [value for row in rows[path[0]] for value in leaves(row, path[1:])]
            found = chunk.statistics
            kind = str(file.schema.column(leaf).logical_type)
            expected = bounds_of(values, kind)
            assert chunk.num_values == found.null_count + len(values), path
            if expected is None or None in expected:
                assert not found.has_min_max, path
                seen[path[-1], "none"] += 1
                continue
            bounds = (found.min, found.max)
            if isinstance(found.min, float):
                bounds = tuple(map(repr, bounds))
            assert bounds == expected, path
            seen[path[-1], bounds == ("-0.0", "0.0")] += 1
    # NaNs alone, zeros alone, texts too long to be bounds.
    for path in ("x", "element"):
        assert seen[path, "none"] and seen[path, True] and seen[path, False]
    assert seen["name", "none"] and seen["name", False]


FILTERS = [
    "n = -3000", "n < -11990", "n IS NULL", "x = 0.0", "x = -0.0", "x < 0", "x > 12000",
    "x >= 0", "isnan(x)", "x = '-Infinity'", "x IS NULL", "wide < 0", "wide >= 0",
    "wide BETWEEN -100000000000 AND 100000000000", "amount < -2000000000000000000000",
    "amount > 0", "id = '7f3e7f7f-7f7f-7f7f-7f7f-7f7f7f7f7f7f'",
    "id < '10101010-1010-1010-1010-101010101010'", "id > '80000000-0000-0000-0000-000000000000'",
    '"is"', 'NOT "is"', '"is" IS NULL', '"at" < TIMESTAMP \'1942-01-01\'',
    '"at" BETWEEN TIMESTAMP \'1969-12-31\' AND TIMESTAMP \'1970-01-02\'',
    "clock > TIME '06:50:00'", "name LIKE '10001%'", "name >= '1019990'", "item IS NULL",
    "item.n = 500", "item.n < -11990", "item.x = 0", "item.x < -11000", "isnan(item.x)",
    "item.wide > 0", "item.on", "NOT item.on", "item.n IS NULL", "list_contains(fractions, 0.0)",
    "len(wides) = 0", "list_any_value(wides) < 0", "items[1].n = 77", "items[2].wide > 0",
    "deep.items[1].n BETWEEN -3 AND 3", "deep.items IS NULL", "deep IS NULL",
]


def test_bounds_take_no_row_away_from_a_filter(folder):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t AS FROM '{folder}/bounded.parquet'")
    for condition in FILTERS:
        in_memory, in_file = (
            connection.execute(f"SELECT count(*), sum(n) FROM {source} WHERE {condition}").fetchone()
            for source in ("t", f"'{folder}/bounded.parquet'"))
        assert in_file == in_memory, condition
        assert in_memory[0] > 0, condition


def test_types_are_told_by_annotations(folder):
    schema = pyarrow.parquet.ParquetFile(folder / "zstd.parquet").schema
    told = {column.path: (column.physical_type, str(column.logical_type))
            for column in map(schema.column, range(len(schema)))}
    assert told["int16"] == ("INT32", "Int(bitWidth=16, isSigned=true)")
    assert told["decimal32"] == ("INT32", "Decimal(precision=9, scale=2)")
    assert told["decimal64"] == ("INT64", "Decimal(precision=18, scale=0)")
    assert told["decimal128"] == ("FIXED_LEN_BYTE_ARRAY", "Decimal(precision=38, scale=9)")
    assert told["uint64"] == ("FIXED_LEN_BYTE_ARRAY", "Decimal(precision=20, scale=0)")
    assert told["money"] == ("FIXED_LEN_BYTE_ARRAY", "Decimal(precision=19, scale=2)")
    assert told["string"] == ("BYTE_ARRAY", "String")
    assert told["binary"] == ("BYTE_ARRAY", "None")
    assert told["uuid"] == ("FIXED_LEN_BYTE_ARRAY", "UUID")
    assert told["uuid_list.list.element"] == ("FIXED_LEN_BYTE_ARRAY", "UUID")
    assert told["date"] == ("INT32", "Date")
    assert told["time"] == ("INT64", "Time(isAdjustedToUTC=false, timeUnit=microseconds)")
    for name, zone, unit in [("timestamp", "false", "microseconds"),
                             ("timestamptz", "true", "microseconds"),
                             ("timestamp_ms", "false", "milliseconds"),
                             ("timestamptz_ms", "true", "milliseconds")]:
        assert told[name][0] == "INT64"
        assert f"isAdjustedToUTC={zone}, timeUnit={unit}" in told[name][1]
