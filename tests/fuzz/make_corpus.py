#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets that read a copy, from what a server really sends.

    CARMILLA_TEST_POSTGRES_ENV=DIR/env .deps/venv/bin/python tests/fuzz/make_corpus.py

Only for a new form of value, or another layout of the inputs; what a fuzzer found stays beside them
under other names. The columns stand in the order of ColumnsOfAllForms (src/postgres/sample_columns.h).
"""

import functools
import pathlib
import re
import struct
import sys

import psycopg

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from database import server_settings  # noqa: E402  (the path comes first)

# Type and values of each form.
COLUMNS = [
    ("int8", ["-9223372036854775808", "42", None]),
    ("text", ["", "Δοκιμή", None]),
    ("bool", ["t", "f", None]),
    ("int2", ["-32768", "7", None]),
    ("int4", ["2147483647", "-1", None]),
    ("oid", ["4294967295", "0", None]),
    ("float4", ["NaN", "-0", None]),
    ("float8", ["5e-324", "Infinity", None]),
    ("numeric(9,2)", ["-9999999.99", "0.01", None]),
    ("numeric(18,5)", ["9999999999999.99999", "100", "NaN"]),
    ("numeric(38,19)", ["-9999999999999999999.9999999999999999999", "1e-19", None]),
    ("numeric", ["1e40", "-0.00010000", "Infinity"]),
    ("jsonb", ['{"a": [1, null]}', '"\\u00e9"', None]),
    ("uuid", ["00112233-4455-6677-8899-aabbccddeeff", None, None]),
    ("bytea", ["\\x00ff80", "\\x", None]),
    ('"char"', ["a", "\\377", ""]),
    ("date", ["4713-11-24 BC", "infinity", "5874897-12-31"]),
    ("time", ["24:00:00", "00:00:00.000001", None]),
    ("timestamp", ["294247-01-10 04:00:54.775807", "-infinity", "4713-11-24 BC"]),
    ("interval", ["-1 year 2 mons -3 days 04:05:06.789", "178956970 years 7 mons", None]),
    ("int8[]", ["{}", "{1,NULL,-5}", "{{1},{2}}"]),
    ("text[]", ['{"",NULL,"a,b"}', "[0:1]={a,b}", "{}"]),
    ("numeric(18,5)[]", ["{1.5,NULL,-99999.99999}", "{NaN}", "{}"]),
    ("lists", ['{"{a,b}",NULL}', "{}", '{"{}"}']),
    ("money", ["-92233720368547758.08", "0", None]),
    ("xid8", ["18446744073709551615", "0", None]),
    ("timetz", ["24:00:00-15:59:59", "00:00:00.000001+05:30", None]),
    ("inet", ["192.168.1.5/24", "::ffff:1.2.3.4", "2001:db8::/32"]),
    ("macaddr8", ["08:00:2b:01:02:03:04:05", None, None]),
    ("varbit", ["", "1", "111111110000"]),
    ("pair", ["(1,a)", "(,)", '(-5,"")']),
    ("pair[]", ['{"(1,a)",NULL,"(,)"}', "{}", None]),
    ("numrange", ["[1.50,2.5]", "empty", "(,)"]),
    ("daterange", ["[2024-02-29,2024-03-01]", "[2024-01-01,infinity)", "(,2024-01-01)"]),
    ("datemultirange", ["{}", "{[2024-01-01,2024-01-02),[2024-02-01,)}", None]),
    ("int8range[]", ['{"[1,5)",NULL,empty}', "{}", None]),
    ("hstore", ["a=>1, b=>NULL", "", '"\\""=>""']),
    None,  # of VECTOR
    ("numeric", ["1e309", "-1e-400", "0.1"]),
    ("char(5)", ["a", "", None]),
    ("time", ["24:00:00", "23:59:59.999999", None]),
    ("timestamp", ["1969-12-31 23:59:59.9999", "infinity", "2000-01-01"]),
    ("interval", ["-1 year 2 mons -3 days 04:05:06.789", "0", None]),
    ("uuid", ["00112233-4455-6677-8899-aabbccddeeff", None, None]),
    ("oidvector", ["", "1 2", None]),
    ("quad", ['(1,2,"(1,a)",)', None, '(,,"(,)","(2,)")']),
    ("quad[]", ['{NULL,NULL}', '{"(1,,,)"}', None]),
    ("quad_range", ["empty", "(,)", '["(1,,,)","(2,,,)")']),
]
# Of pgvector, which few servers have: two numbers.
VECTOR_PLACE = 37
VECTOR = struct.pack(">HHff", 2, 0, 1.5, float("nan"))
# The first column and how many more.
WINDOWS = [(0, 2), (2, 5), (8, 3), (12, 3), (16, 3), (20, 3), (24, 5), (30, 3), (34, 2),
           (38, 4), (42, 6)]
INT8 = struct.pack(">I", 20)
NULL_PIECE = b"\xff\xff"


def messages(connection, columns):
    """The messages of a copy of the columns, as the server cuts them."""
    values = ", ".join("(" + ", ".join(
        "NULL" if column[1][row] is None else f"%s::{column[0]}" for column in columns) + ")"
        for row in range(3))
    parameters = [column[1][row] for row in range(3) for column in columns
                  if column[1][row] is not None]
    with psycopg.ClientCursor(connection) as cursor:
        sql = cursor.mogrify(f"COPY (VALUES {values}) TO STDOUT (FORMAT binary)", parameters)
    # Samples take every member that is no text for an int8.
    own = [struct.pack(">I", oid) for oid, in connection.execute(
        "SELECT oid FROM pg_type WHERE typname IN ('pair', 'quad')")]
    with connection.cursor().copy(sql) as copy:
        return [functools.reduce(lambda content, oid: content.replace(oid, INT8), own,
                                 bytes(message)) for message in copy]


def rows(copied):
    """The fields of each row, None for NULL."""
    stream = b"".join(copied)[19:]
    while (count := struct.unpack_from(">h", stream)[0]) >= 0:
        stream, fields = stream[2:], []
        for _ in range(count):
            size = struct.unpack_from(">i", stream)[0]
            fields.append(None if size < 0 else stream[4:4 + size])
            stream = stream[4 + max(size, 0):]
        yield fields


def markers(copied):
    """The first fields of the second row and of the last one."""
    first = [fields[0] for fields in rows(copied)]
    return [struct.pack(">i", -1 if field is None else len(field)) + (field or b"")
            for field in (first[1], first[-1])]


def piece(content):
    return struct.pack(">H", len(content)) + content


def write(target, name, content):
    folder = FOLDER / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def write_copies(connection):
    for first, more in WINDOWS:
        copied = messages(connection, COLUMNS[first:first + more + 1])
        for choice in (0, 0x23):  # refusing, and in small batches with policies
            write("copy_stream", f"columns_{first}_{more}_{choice}",
                  bytes([choice, first, more]) + b"".join(map(piece, copied)))
        write("copy_stream", f"columns_{first}_{more}_marked",
              bytes([0x38, first, more]) + b"".join(map(piece, markers(copied) + copied)))
    for first, more in WINDOWS:
        content = bytes([3, 200]) + struct.pack(">H", 4000) + bytes([first, more])
        for fields in rows(messages(connection, COLUMNS[first:first + more + 1])):
            content += b"\0" + b"".join(
                NULL_PIECE if field is None else piece(field) for field in fields)
        write("copy_rows", f"columns_{first}_{more}", content)


def write_nested(connection):
    for index, column in enumerate(COLUMNS):
        if index < 20 or column is None:
            continue
        fields = [fields[0] for fields in rows(messages(connection, [column]))]
        name = re.sub(r"\W", "", column[0].replace("[]", "_array")) + f"_{index}"
        write("nested", name, bytes([index, 3]) + b"".join(
            piece(field) for field in fields if field is not None))
    write("nested", "vector", bytes([VECTOR_PLACE, 3]) + piece(VECTOR))


def write_numerics(connection):
    numbers = ["0", "1", "-1.50", "12345678.9", "1e20", "1e-19", "NaN", "Infinity", "-Infinity",
               "99999999999999999999999999999999999999", "0.0001", "10000", "1e131071",
               "-0.00000000000000000000000000000000000001", "1e-16383"]
    for index, number in enumerate(numbers):
        [[field]] = [fields[:1] for fields in rows(messages(
            connection, [("numeric", [number, None, None])]))][:1]
        for precision, scale in ((9, 2), (18, 9), (38, 19)):
            if index in (2, 3, 9) or precision == 38:
                write("numeric", f"{index}_{precision}_{scale}",
                      bytes([precision - 1, scale]) + field)


def main():
    settings = server_settings()
    with psycopg.connect(host=settings["PGHOST"], port=settings["PGPORT"], dbname="postgres",
                         user=settings["PGUSER"]) as connection:
        connection.execute("CREATE DOMAIN texts AS text[]")
        connection.execute("CREATE DOMAIN lists AS texts[]")
        connection.execute("CREATE TYPE pair AS (a int8, b text)")
        connection.execute("CREATE TYPE quad AS (a int8, b int8, c pair, d pair)")
        connection.execute("CREATE TYPE quad_range AS RANGE (subtype = quad)")
        connection.execute("CREATE EXTENSION hstore")
        write_copies(connection)
        write_nested(connection)
        write_numerics(connection)
        connection.rollback()


if __name__ == "__main__":
    main()
