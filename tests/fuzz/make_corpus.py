#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets that read a copy, from what a server really sends.

    CARMILLA_TEST_POSTGRES_ENV=DIR/env .deps/venv/bin/python tests/fuzz/make_corpus.py

Only for a new form of value, or another layout of the inputs; what a fuzzer found stays beside them
under other names. The columns stand in the order of ColumnsOfAllForms (copy_claims.cc).
"""

import pathlib
import struct
import sys

import psycopg

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from database import server_settings  # noqa: E402  (the path comes first)

# Type and values of each form; `plain`: whether the plain decoder knows it.
COLUMNS = [
    ("int8", ["-9223372036854775808", "42", None], True),
    ("text", ["", "Δοκιμή", None], True),
    ("bool", ["t", "f", None], True),
    ("int2", ["-32768", "7", None], True),
    ("int4", ["2147483647", "-1", None], True),
    ("oid", ["4294967295", "0", None], True),
    ("float4", ["NaN", "-0", None], True),
    ("float8", ["5e-324", "Infinity", None], True),
    ("numeric(9,2)", ["-9999999.99", "0.01", None], True),
    ("numeric(18,5)", ["9999999999999.99999", "100", "NaN"], True),
    ("numeric(38,19)", ["-9999999999999999999.9999999999999999999", "1e-19", None], True),
    ("numeric", ["1e40", "-0.00010000", "Infinity"], True),
    ("jsonb", ['{"a": [1, null]}', '"\\u00e9"', None], True),
    ("uuid", ["00112233-4455-6677-8899-aabbccddeeff", None, None], True),
    ("bytea", ["\\x00ff80", "\\x", None], False),
    ('"char"', ["a", "\\377", ""], False),
    ("date", ["4713-11-24 BC", "infinity", "5874897-12-31"], True),
    ("time", ["24:00:00", "00:00:00.000001", None], False),
    ("timestamp", ["294247-01-10 04:00:54.775807", "-infinity", "4713-11-24 BC"], True),
    ("interval", ["-1 year 2 mons -3 days 04:05:06.789", "178956970 years 7 mons", None], False),
    ("int8[]", ["{}", "{1,NULL,-5}", "{{1},{2}}"], True),
    ("text[]", ['{"",NULL,"a,b"}', "[0:1]={a,b}", "{}"], True),
    ("numeric(18,5)[]", ["{1.5,NULL,-99999.99999}", "{NaN}", "{}"], True),
    ("lists", ['{"{a,b}",NULL}', "{}", '{"{}"}'], False),
    ("money", ["-92233720368547758.08", "0", None], False),
    ("xid8", ["18446744073709551615", "0", None], False),
    ("timetz", ["24:00:00-15:59:59", "00:00:00.000001+05:30", None], False),
    ("inet", ["192.168.1.5/24", "::ffff:1.2.3.4", "2001:db8::/32"], False),
    ("macaddr8", ["08:00:2b:01:02:03:04:05", None, None], False),
    ("varbit", ["", "1", "111111110000"], False),
    ("pair", ["(1,a)", "(,)", '(-5,"")'], False),
    ("pair[]", ['{"(1,a)",NULL,"(,)"}', "{}", None], False),
    ("numrange", ["[1.50,2.5]", "empty", "(,)"], False),
    ("daterange", ["[2024-02-29,2024-03-01]", "[2024-01-01,infinity)", "(,2024-01-01)"], False),
    ("datemultirange", ["{}", "{[2024-01-01,2024-01-02),[2024-02-01,)}", None], False),
    ("int8range[]", ['{"[1,5)",NULL,empty}', "{}", None], False),
    ("hstore", ["a=>1, b=>NULL", "", '"\\""=>""'], False),
]
# Of pgvector, which few servers have: two numbers.
VECTOR = struct.pack(">HHff", 2, 0, 1.5, float("nan"))
# The first column and how many more.
WINDOWS = [(0, 2), (2, 5), (8, 3), (12, 3), (16, 3), (20, 3), (24, 5), (30, 3), (34, 2)]
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
    with connection.cursor().copy(sql) as copy:
        return [bytes(message) for message in copy]


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
    plain = [column for column in COLUMNS if column[2]]
    for first, more in WINDOWS[:-3]:
        content = bytes([3, 200]) + struct.pack(">H", 4000) + bytes([first % len(plain), more])
        for fields in rows(messages(connection, plain[first % len(plain):][:more + 1])):
            content += b"\0" + b"".join(
                NULL_PIECE if field is None else piece(field) for field in fields)
        write("copy_rows", f"columns_{first}_{more}", content)


def write_nested(connection):
    nested = COLUMNS[20:]
    for index, column in enumerate(nested):
        fields = [fields[0] for fields in rows(messages(connection, [column]))]
        write("nested", column[0].replace("[]", "_array"), bytes([3 + 4 * index]) + b"".join(
            piece(field) for field in fields if field is not None))
    write("nested", "vector", bytes([3 + 4 * len(nested)]) + piece(VECTOR))


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
        connection.execute("CREATE EXTENSION hstore")
        write_copies(connection)
        write_nested(connection)
        write_numerics(connection)
        connection.rollback()


if __name__ == "__main__":
    main()
