#!/usr/bin/env python3
"""What DuckDB does in the benchmark, in its own Python environment.

    duckdb_client.py export EXTENSION TABLE FILE     PostgreSQL to a Parquet file, two threads
    duckdb_client.py prove EXPRESSION... -- FILE...  aggregates over Parquet files, as text
"""

import sys

import duckdb


def export(extension, table, path):
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"LOAD '{extension}'")
    connection.execute("ATTACH '' AS pg (TYPE postgres, READ_ONLY)")  # PGHOST and the others
    connection.execute(f"COPY (FROM pg.{table}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def prove(arguments):
    divider = arguments.index("--")
    expressions, paths = arguments[:divider], arguments[divider + 1:]
    connection = duckdb.connect()
    columns = ", ".join(f"({expression})::varchar" for expression in expressions)
    row = connection.execute(f"SELECT {columns} FROM read_parquet($paths)",
                             {"paths": paths}).fetchone()
    print("|".join("" if value is None else value for value in row))


if __name__ == "__main__":
    if sys.argv[1] == "export":
        export(*sys.argv[2:])
    else:
        prove(sys.argv[2:])
