"""Reads what the Parquet writer wrote with two readers that are not ours, and compares."""

import datetime
import decimal
import json
import os
import subprocess

import duckdb
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


def expected_value(name, value):
    """Turns Arrow's JSON notation into what Python's readers give."""
    if value is None:
        return None
    if name.startswith("decimal"):
        if isinstance(value, list):
            return [expected_value(name, element) for element in value]
        return decimal.Decimal(value)
    if name == "binary":
        return value.encode()
    if name.startswith("timestamp"):
        zone = datetime.timezone.utc if name == "timestamptz" else None
        return datetime.datetime.fromisoformat(value).replace(tzinfo=zone)
    return value


def expected_values(column):
    text = column["values"].replace("-Inf", "-Infinity").replace(" Inf", " Infinity")
    return [expected_value(column["name"], value) for value in json.loads(text)]


def comparable(value):
    """NaN equals NaN here, and 0.0 differs from -0.0."""
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
        assert_equal(column, values.to_pylist())
    assert all(field.nullable for field in table.schema)


@pytest.mark.parametrize("file", FILES)
def test_duckdb_reads_every_type(folder, columns, file):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for column in columns:
        name = '"' + column["name"].replace('"', '""') + '"'
        if column["name"] == "date":
            name = f"{name} - DATE '1970-01-01'"
        if column["name"] == "timestamptz":
            # Without pytz, DuckDB gives a time with zone to Python as text only.
            name = f"epoch_us({name})"
        rows = connection.execute(f"SELECT {name} FROM '{folder}/{file}.parquet'").fetchall()
        values = [row[0] for row in rows]
        if column["name"] == "timestamptz":
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


def test_types_are_told_by_annotations(folder):
    schema = pyarrow.parquet.ParquetFile(folder / "zstd.parquet").schema
    told = {schema.column(i).name: (schema.column(i).physical_type, str(schema.column(i).logical_type))
            for i in range(13 + 1)}
    assert told["int16"] == ("INT32", "Int(bitWidth=16, isSigned=true)")
    assert told["decimal32"] == ("INT32", "Decimal(precision=9, scale=2)")
    assert told["decimal64"] == ("INT64", "Decimal(precision=18, scale=0)")
    assert told["decimal128"] == ("FIXED_LEN_BYTE_ARRAY", "Decimal(precision=38, scale=9)")
    assert told["string"] == ("BYTE_ARRAY", "String")
    assert told["binary"] == ("BYTE_ARRAY", "None")
    assert told["date"] == ("INT32", "Date")
    assert "isAdjustedToUTC=false, timeUnit=microseconds" in told["timestamp"][1]
    assert "isAdjustedToUTC=true, timeUnit=microseconds" in told["timestamptz"][1]
