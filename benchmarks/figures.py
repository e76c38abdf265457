"""The figures of the benchmark: medians and ranges over rounds, ratios paired by round."""

import dataclasses
import statistics

MIB = 1 << 20

# What runs in each round. The letters are those of docs/performance.md.
PSQL, DUCKDB, FULL, PROVEN, GENTLE = "A", "D", "B", "C", "G"


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure's value in each round, its median and range, and the most it should be."""

    values: tuple
    aim: float | None = None

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def range(self):
        return min(self.values), max(self.values)

    def as_json(self, digits=3):
        low, high = self.range
        found = {"median": round(self.median, digits),
                 "range": [round(low, digits), round(high, digits)]}
        return found if self.aim is None else {**found, "aim": self.aim}


def paired(rounds, quantity, over, under, aim=None):
    """The ratio of two contenders within each round: what slows a round slows both."""
    return Figure(tuple(getattr(measured[over], quantity) / getattr(measured[under], quantity)
                        for measured in rounds), aim)


def single(rounds, quantity, contender, divisor=1.0, aim=None):
    """A quantity of one contender in each round."""
    return Figure(tuple(getattr(measured[contender], quantity) / divisor
                        for measured in rounds), aim)


def figures(rounds, num_rows):
    """All figures of one table. `rounds` holds a map from contender to Measurement each."""
    return {
        "wall_vs_duckdb": paired(rounds, "wall_seconds", FULL, DUCKDB, aim=0.85),
        "wall_vs_psql": paired(rounds, "wall_seconds", FULL, PSQL, aim=0.70),
        "cpu_vs_duckdb": paired(rounds, "cpu_seconds", FULL, DUCKDB, aim=0.60),
        "gentle_wall_vs_psql": paired(rounds, "wall_seconds", GENTLE, PSQL, aim=0.95),
        "proof_full_cpu_vs_structural": paired(rounds, "cpu_seconds", PROVEN, FULL, aim=1.40),
        "client_cpu_us_per_row": single(rounds, "cpu_seconds", FULL, divisor=num_rows / 1e6),
        "peak_rss_mib": single(rounds, "peak_rss_bytes", FULL, divisor=MIB, aim=256),
        "peak_rss_vs_duckdb": paired(rounds, "peak_rss_bytes", FULL, DUCKDB, aim=1.0),
        "size_vs_duckdb": paired(rounds, "file_bytes", FULL, DUCKDB, aim=1.05),
    }
