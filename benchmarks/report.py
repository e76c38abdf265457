#!/usr/bin/env python3
"""Writes the result of `make bench` as the tables of docs/performance.md: report.py BENCH.JSON"""

import json
import pathlib
import statistics
import sys

import contenders
from figures import MIB


def quantity(table, contender, name):
    return statistics.median(measured[contender][name] for measured in table["rounds"])


def costs(name, table):
    """What each contender's run costs, a line for each."""
    yield f"| `{name}`, {table['rows']:,} rows | wall | client CPU | peak RSS | files |"
    yield "|---|---|---|---|---|"
    for contender in table["rounds"][0]:
        size = quantity(table, contender, "file_bytes") / MIB
        yield (f"| {contender} {contenders.TITLES[contender]} "
               f"| {quantity(table, contender, 'wall_seconds'):.2f} s "
               f"| {quantity(table, contender, 'cpu_seconds'):.2f} s "
               f"| {quantity(table, contender, 'peak_rss_bytes') / MIB:.0f} MiB "
               f"| {f'{size:.1f} MiB' if size else '-'} |")


def is_figure(value):
    return isinstance(value, dict) and "median" in value


def cell(figure):
    if figure is None:
        return ""
    low, high = figure["range"]
    text = f"{figure['median']:.2f}"
    if figure["median"] > figure.get("aim", figure["median"]):
        text = f"**{text}**"
    return f"{text} ({low:.2f} to {high:.2f})"


def found(tables):
    """The figures of tables, a column for each table."""
    aims = {name: figure.get("aim", "") for table in tables.values()
            for name, figure in table.items() if is_figure(figure)}
    yield "| figure | " + " | ".join(f"`{name}`" for name in tables) + " | aim |"
    yield "|---" * (len(tables) + 2) + "|"
    for name, aim in aims.items():
        cells = " | ".join(cell(table.get(name)) for table in tables.values())
        yield f"| `{name}` | {cells} | {aim} |"


def main():
    report = json.loads(pathlib.Path(sys.argv[1]).read_text())
    groups = {}  # Tables that have the same kind of figures, by the first of them.
    for name, table in report["tables"].items():
        print(*costs(name, table), "", sep="\n")
        first = next(key for key, value in table.items() if is_figure(value))
        groups.setdefault(first, {})[name] = table
    for tables in groups.values():
        print(*found(tables), "", sep="\n")


if __name__ == "__main__":
    main()
