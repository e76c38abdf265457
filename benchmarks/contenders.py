"""Who is compared: how each one is started, and how its answer is checked."""

import dataclasses
import pathlib
import shutil
import subprocess

import bucket
import tls
from figures import DUCKDB, FULL, FULL_BUCKET, FULL_TLS, GENTLE, PLAIN, PROVEN, PSQL, PSQL_TLS, TASK
from measurement import Failed, measure

TITLES = {
    PSQL: "psql \\copy binary to /dev/null",
    DUCKDB: "DuckDB postgres extension, 2 threads",
    FULL: "carmilla, full, 2 workers",
    GENTLE: "carmilla, gentle",
    PROVEN: "carmilla, full, 2 workers, proof: full",
    PSQL_TLS: "psql, as above, over TLS",
    FULL_TLS: "carmilla, full, 2 workers, over TLS",
    FULL_BUCKET: "carmilla, full, 2 workers, to a bucket",
    PLAIN: "carmilla, gentle, columns of the task",
    TASK: "typed task: filter, decimals, look-up",
}
CONFIGURATION = """\
connections:
  bench: {{postgres: ""}}
lake:
  path: {lake}
gentleness: {gentleness}
{threads}defaults: {{compression: zstd, proof: {proof}}}
{tables}"""
SETTINGS = {
    FULL: {"gentleness": "full", "threads": "threads: 2\n", "proof": "structural"},
    GENTLE: {"gentleness": "gentle", "threads": "", "proof": "structural"},
    PROVEN: {"gentleness": "full", "threads": "threads: 2\n", "proof": "full"},
}
SETTINGS[FULL_TLS] = SETTINGS[FULL_BUCKET] = SETTINGS[FULL]
SETTINGS[PLAIN] = SETTINGS[TASK] = SETTINGS[GENTLE]


@dataclasses.dataclass(frozen=True)
class Programs:
    """Paths of what is measured and of what measures."""

    carmilla: str
    task: str  # A program with the task `priced_items`.
    psql: str
    python: str  # With DuckDB.
    extension: str

    @property
    def duckdb(self):
        return [self.python, str(pathlib.Path(__file__).with_name("duckdb_client.py"))]


def command(contender, programs, table, configured, folder):
    """The command line of one contender, which reads `table` and writes below `folder`."""
    if contender in (PSQL, PSQL_TLS):
        return [programs.psql, "-X", "-c",
                f"\\copy (select * from {table}) to /dev/null with (format binary)"]
    if contender == DUCKDB:
        return [*programs.duckdb, "export", programs.extension, table,
                str(folder / "x.parquet")]
    entries = "" if contender == TASK else f"tables: [{configured or f'public.{table}'}]\n"
    configuration = folder / "carmilla.yaml"
    configuration.write_text(CONFIGURATION.format(
        lake=bucket.LAKE if contender == FULL_BUCKET else folder / "lake",
        tables=entries,
        **SETTINGS[contender]))
    if contender == TASK:
        return [programs.task, "--config", str(configuration), "run", table]
    return [programs.carmilla, "--config", str(configuration), "run"]


def check(contender, programs, table, expected, output, files):
    """Raises Failed unless the contender's answer is the server's."""
    if contender in (PSQL, PSQL_TLS):  # It decodes nothing, so only its count can be compared.
        found, wanted = output.strip(), f"COPY {expected[0]}"
    else:
        proof = subprocess.run(
            [*programs.duckdb, "prove", *(table.stored_proofs or table.proofs), "--",
             *map(str, files)],
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
            measured, _ = measure(command(contender, programs, "nothing", None, folder),
                                  environment)
        finally:
            shutil.rmtree(folder)
    return measured


def run(contender, programs, environment, table, expected, folder):
    """Runs a contender once, in a new folder that is removed again; returns its Measurement."""
    try:
        folder.mkdir()
        if contender in (PSQL_TLS, FULL_TLS):
            environment = tls.environment(environment)
        measured, output = measure(
            command(contender, programs, table.name, table.configured, folder), environment)
        lake = bucket.lake_folder(environment) if contender == FULL_BUCKET else folder
        files = sorted(lake.rglob("*.parquet"))
        check(contender, programs, table, expected, output, files)
        return dataclasses.replace(measured,
                                   file_bytes=sum(path.stat().st_size for path in files))
    finally:
        shutil.rmtree(folder)
        bucket.empty(environment)
