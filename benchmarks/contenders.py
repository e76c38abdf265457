"""Who is compared: how each one is started, and how its answer is checked."""

import dataclasses
import pathlib
import shutil
import subprocess

from figures import DUCKDB, FULL, GENTLE, PROVEN, PSQL
from measurement import Failed, measure

ORDER = (PSQL, DUCKDB, FULL, GENTLE, PROVEN)
TITLES = {
    PSQL: "psql \\copy binary to /dev/null",
    DUCKDB: "DuckDB postgres extension, 2 threads",
    FULL: "carmilla, full, 2 workers",
    GENTLE: "carmilla, gentle",
    PROVEN: "carmilla, full, 2 workers, proof: full",
}
CONFIGURATION = """\
connections:
  bench: {{postgres: ""}}
lake:
  path: {lake}
gentleness: {gentleness}
{threads}defaults: {{compression: zstd, proof: {proof}}}
tables: [public.{table}]
"""
SETTINGS = {
    FULL: {"gentleness": "full", "threads": "threads: 2\n", "proof": "structural"},
    GENTLE: {"gentleness": "gentle", "threads": "", "proof": "structural"},
    PROVEN: {"gentleness": "full", "threads": "threads: 2\n", "proof": "full"},
}


@dataclasses.dataclass(frozen=True)
class Programs:
    """Paths of what is measured and of what measures."""

    carmilla: str
    psql: str
    python: str  # With DuckDB.
    extension: str

    @property
    def duckdb(self):
        return [self.python, str(pathlib.Path(__file__).with_name("duckdb_client.py"))]


def command(contender, programs, table, folder):
    """The command line of one contender, which writes below `folder`."""
    if contender == PSQL:
        return [programs.psql, "-X", "-c",
                f"\\copy (select * from {table}) to /dev/null with (format binary)"]
    if contender == DUCKDB:
        return [*programs.duckdb, "export", programs.extension, table,
                str(folder / "x.parquet")]
    configuration = folder / "carmilla.yaml"
    configuration.write_text(CONFIGURATION.format(
        lake=folder / "lake", table=table, **SETTINGS[contender]))
    return [programs.carmilla, "--config", str(configuration), "run"]


def check(contender, programs, table, expected, output, files):
    """Raises Failed unless the contender's answer is the server's."""
    if contender == PSQL:  # It decodes nothing, so only its count can be compared.
        found, wanted = output.strip(), f"COPY {expected[0]}"
    else:
        proof = subprocess.run(
            [*programs.duckdb, "prove", *table.proofs, "--", *map(str, files)],
            check=True, stdout=subprocess.PIPE, text=True)
        found, wanted = proof.stdout.strip(), "|".join(expected)
    if found != wanted:
        raise Failed(f"{contender} gave a wrong answer for {table.name}: "
                     f"{found} instead of {wanted}")


def run_empty(contender, programs, environment, folder):
    """What a contender costs before its first row: a run over the table `nothing`."""
    for _ in range(2):  # The first brings its program into memory.
        try:
            folder.mkdir()
            measured, _ = measure(command(contender, programs, "nothing", folder), environment)
        finally:
            shutil.rmtree(folder)
    return measured


def run(contender, programs, environment, table, expected, folder):
    """Runs a contender once, in a new folder that is removed again; returns its Measurement."""
    try:
        folder.mkdir()
        measured, output = measure(command(contender, programs, table.name, folder), environment)
        files = sorted(folder.rglob("*.parquet"))
        check(contender, programs, table, expected, output, files)
        return dataclasses.replace(measured,
                                   file_bytes=sum(path.stat().st_size for path in files))
    finally:
        shutil.rmtree(folder)
