#!/usr/bin/env python3
"""Records the copies of the benchmark's tables: record.py FOLDER

Leaves FOLDER/lineitem.copy and FOLDER/events.copy, the first rows as a server sends them, with
FOLDER/*.json beside them, what its catalog says of the columns. Recordings are for profilers: the
same rows each time, and no server.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import programs
import tables
from measurement import Failed

# From here on, the columns with many values have more than a dictionary holds.
SCALE = 0.2
ROWS = 150_000

# Array elements by themselves, as the reader of the catalog sees them.
COLUMNS = """\
SELECT json_agg(json_build_object(
         'name', a.attname, 'typmod', a.atttypmod,
         'type', CASE WHEN t.typelem <> 0 AND t.typlen = -1
                   THEN json_build_object('oid', t.oid::bigint, 'name', t.typname, 'element',
                          json_build_object('oid', e.oid::bigint, 'name', e.typname))
                   ELSE json_build_object('oid', t.oid::bigint, 'name', t.typname) END,
         'distinct_values', coalesce(s.n_distinct, 0),
         'correlation', coalesce(s.correlation, 0)) ORDER BY a.attnum)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem
LEFT JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = '{table}'
                        AND s.attname = a.attname
WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0"""


def record(table, psql, environment, folder):
    """Makes a table and records its first rows."""
    tables.make(table, psql, environment, programs.GENERATOR, SCALE)
    (columns,) = tables.query(psql, environment, COLUMNS.format(table=table.name))
    (folder / f"{table.name}.json").write_text(json.dumps(json.loads(columns), indent=1) + "\n")
    tables.query(psql, environment,
                 f"\\copy (SELECT * FROM {table.name} LIMIT {ROWS}) "
                 f"TO '{folder / table.name}.copy' WITH (FORMAT binary)")


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="record-", dir=folder) as name:
        server = pathlib.Path(name) / "server"
        try:
            subprocess.run([programs.SERVER, "start", server], check=True)
            environment = programs.server_environment(server)
            for table in tables.TABLES.values():
                record(table, programs.PSQL, environment, folder)
        except (Failed, subprocess.CalledProcessError) as problem:
            sys.exit(f"record: {problem}")
        finally:
            subprocess.run([programs.SERVER, "stop", server], check=False)


if __name__ == "__main__":
    main()
