#!/usr/bin/env python3
"""Counts the instructions of the hot path per row: `make bench-instructions`.

    instructions.py STAGE_PROGRAM RECORDINGS FOLDER

Callgrind runs each stage over a recorded copy, so that neither a server nor the noise of a machine
has a part in the figure. Prints JSON on standard output, a table on standard error, and leaves
FOLDER/STAGE.TABLE.callgrind for callgrind_annotate.
"""

import json
import pathlib
import re
import subprocess
import sys

STAGES = ("decode", "encode", "hash")
TABLES = ("lineitem", "events")
AIMS = {("decode", "lineitem"): 600, ("encode", "lineitem"): 2500}


def count(program, recordings, folder, stage, table):
    """Returns the instructions per row of one stage and the bytes per row of its file."""
    profile = folder / f"{stage}.{table}.callgrind"
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}",
         f"--toggle-collect=carmilla::{stage.capitalize()}Stage*", program, stage, recordings,
         table], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench-instructions: {stage} of {table} failed\n{done.stderr}")
    rows, _, file_bytes = map(int, done.stdout.split())
    instructions = int(re.search(r"^(?:summary|totals): (\d+)", profile.read_text(),
                                 re.MULTILINE).group(1))
    return instructions / rows, file_bytes / rows


def main():
    program, recordings, folder = sys.argv[1:]
    found = {}
    print(f"  {'':20} {'instructions per row':>20} {'aim':>6}", file=sys.stderr)
    for table in TABLES:
        for stage in STAGES:
            instructions, file_bytes = count(program, recordings, pathlib.Path(folder), stage,
                                             table)
            found.setdefault(table, {})[stage] = round(instructions, 1)
            if file_bytes:
                found[table]["file_bytes_per_row"] = round(file_bytes, 3)
            print(f"  {stage + ' ' + table:20} {instructions:20.0f} "
                  f"{AIMS.get((stage, table), ''):>6}", file=sys.stderr)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
