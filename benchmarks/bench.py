#!/usr/bin/env python3
"""Measures `carmilla run` beside psql and DuckDB's postgres extension: `make bench`.

Makes TPC-H lineitem, a table of events and tables of odd shapes in a throwaway server, lets every
contender read them in interleaved rounds, checks each answer against the server's, and prints JSON
on standard output and a short table on standard error. docs/performance.md says what the figures
mean.
"""

import argparse
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile

import bucket
import contenders
import figures
import nested
import shapes
import tables
import tls
import typed
from measurement import Failed
from programs import ENVIRONMENT, GENERATOR, PSQL, ROOT, SERVER, server_environment


TABLES = {**tables.TABLES, **typed.TYPED, **nested.NESTED, **shapes.SHAPES}


def say(text=""):
    print(text, file=sys.stderr, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.2, help="TPC-H scale factor (0.2)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (5)")
    parser.add_argument("--table", action="append", choices=list(TABLES), dest="tables",
                        help="only this table; may stand several times")
    arguments = parser.parse_args()
    if arguments.scale <= 0 or arguments.rounds < 1:
        parser.error("the scale must be positive, and there must be a round")
    return arguments


def find_programs():
    carmilla = pathlib.Path(
        os.environ.get("CARMILLA_PROGRAM") or ROOT / "build/release/carmilla").resolve()
    extension = next(ENVIRONMENT.glob("lib/*/site-packages/duckdb_extension_postgres_scanner"
                                      "/extensions/*/postgres_scanner.duckdb_extension"), None)
    task = carmilla.parent / "benchmarks/priced_items"
    for path in (carmilla, task, PSQL, GENERATOR, extension):
        if path is None or not pathlib.Path(path).exists():
            sys.exit(f"bench: missing: {path or 'the postgres extension'}; run make bench")
    return contenders.Programs(str(carmilla), str(task), PSQL, str(ENVIRONMENT / "bin/python"),
                               str(extension))


def version(*command):
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def describe_machine(programs):
    model = next((line.split(":", 1)[1].strip()
                  for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return {
        "processor": model, "processors": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // figures.MIB,
        "kernel": platform.release(), "load_average_before": round(os.getloadavg()[0], 2),
        "carmilla": version(programs.carmilla, "--version"),
        "psql": version(programs.psql, "--version"),
        "duckdb": version(programs.python, "-c", "import duckdb; print(duckdb.__version__)"),
    }


def run_rounds(table, expected, programs, environment, num_rounds, folder):
    """Lets all contenders read a table in turn; whoever comes first changes with the round."""
    rounds = []
    order = table.contenders
    for number in range(num_rounds):
        measured = {}
        start = number % len(order)
        for contender in order[start:] + order[:start]:
            os.sync()  # Nobody shall wait for what another one wrote.
            measured[contender] = contenders.run(
                contender, programs, environment, table.read_by(contender),
                expected[contender], folder / "run")
        rounds.append(measured)
        say(f"  {table.name}, round {number + 1} of {num_rounds}: " + "  ".join(
            f"{contender} {measured[contender].wall_seconds:.2f} s" for contender in order))
    return rounds


def measure_table(table, programs, environment, arguments, folder):
    say(f"Making {table.name} at scale {arguments.scale:g}")
    expected = tables.make(table, programs.psql, environment,
                           GENERATOR, arguments.scale)
    answers = dict.fromkeys(table.contenders, expected)
    for contender, other in table.instead.items():
        answers[contender] = tables.expect(other, programs.psql, environment)
    rounds = run_rounds(table, answers, programs, environment, arguments.rounds, folder)
    found = table.figures(rounds, num_rows=int(expected[0]))
    show(table, int(expected[0]), rounds, found)
    return {
        "rows": int(expected[0]), "proofs": dict(zip(table.proofs, expected)),
        **{name: figure.as_json() for name, figure in found.items()},
        "rounds": [{contender: one.as_json() for contender, one in measured.items()}
                   for measured in rounds],
    }


def show(table, num_rows, rounds, found):
    """Prints the table for people."""
    say(f"\n{table.name}, {num_rows:,} rows, medians of {len(rounds)} rounds; every answer checked")
    say(f"  {'':40} {'wall s':>8} {'cpu s':>8} {'rss MiB':>8} {'file MiB':>9}")
    for contender in table.contenders:
        wall, cpu, rss, size = (
            statistics.median(getattr(measured[contender], quantity) for measured in rounds)
            for quantity in ("wall_seconds", "cpu_seconds", "peak_rss_bytes", "file_bytes"))
        say(f"  {contender} {contenders.TITLES[contender]:38} {wall:8.2f} {cpu:8.2f} "
            f"{rss / figures.MIB:8.0f} {size / figures.MIB:9.1f}")
    say(f"\n  {'':30} {'median':>8} {'range':>16} {'aim':>8}")
    for title, figure in found.items():
        low, high = figure.range
        aim = "" if figure.aim is None else f"<= {figure.aim:g}"
        say(f"  {title:30} {figure.median:8.2f} {f'{low:.2f} .. {high:.2f}':>16} {aim:>8}")
    say()


def measure_all(programs, arguments, folder):
    environment = server_environment(folder / "server")
    environment = tls.switch_on(programs.psql, environment, folder / "server")
    environment = bucket.switch_on(environment, folder / "bucket")
    report = {"scale_factor": arguments.scale, "machine": describe_machine(programs)}
    tables.query(programs.psql, environment, "CREATE TABLE nothing (id bigint)")
    empty = {contender: contenders.run_empty(contender, programs, environment, folder / "run")
             for contender in (figures.PSQL, figures.DUCKDB, figures.FULL, figures.GENTLE)}
    report["empty_table"] = {contender: one.as_json() for contender, one in empty.items()}
    say("A table without rows: " + "  ".join(
        f"{contender} {one.wall_seconds:.2f} s" for contender, one in empty.items()))
    report["tables"] = {
        name: measure_table(TABLES[name], programs, environment, arguments, folder)
        for name in arguments.tables or TABLES}
    report["machine"]["load_average_after"] = round(os.getloadavg()[0], 2)
    return report


def main():
    arguments = parse_arguments()
    programs = find_programs()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that the server is removed.
    if os.getloadavg()[0] > 0.5:
        say(f"The load average is {os.getloadavg()[0]:.1f}: something else runs here, and walls "
            "will be too long.")
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as name:
        folder = pathlib.Path(name)
        try:
            subprocess.run([SERVER, "start", folder / "server"], check=True)
            report = measure_all(programs, arguments, folder)
        except (Failed, subprocess.CalledProcessError) as problem:
            sys.exit(f"bench: {problem}")
        finally:
            bucket.switch_off(folder / "bucket")
            subprocess.run([SERVER, "stop", folder / "server"], check=False)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
