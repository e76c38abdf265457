"""The figures of the benchmark: medians and ranges over rounds, ratios paired by round."""

import dataclasses
import statistics

MIB = 1 << 20

# What runs in each round. The letters are those of docs/performance.md.
PSQL, DUCKDB, FULL, PROVEN, GENTLE = "A", "D", "B", "C", "G"
PSQL_TLS, FULL_TLS, FULL_BUCKET = "AT", "BT", "BS"
PLAIN, TASK = "E", "T"


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


def beside_peers(rounds, num_rows):
    """The figures of a table that all read. `rounds` holds a map from contender to Measurement
    each."""
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


def with_tls_and_bucket(rounds, num_rows):
    """What encryption and a bucket cost, beside all other figures."""
    return {
        **beside_peers(rounds, num_rows),
        "tls_wall_vs_psql_tls": paired(rounds, "wall_seconds", FULL_TLS, PSQL_TLS),
        "tls_cpu_vs_socket": paired(rounds, "cpu_seconds", FULL_TLS, FULL),
        "bucket_wall_vs_directory": paired(rounds, "wall_seconds", FULL_BUCKET, FULL, aim=1.25),
        "bucket_cpu_vs_directory": paired(rounds, "cpu_seconds", FULL_BUCKET, FULL),
        "bucket_peak_rss_mib": single(rounds, "peak_rss_bytes", FULL_BUCKET, divisor=MIB, aim=256),
    }


def beside_psql(rounds, num_rows):
    """The figures of a shape of table that is read beside psql alone."""
    return {
        "wall_vs_psql": paired(rounds, "wall_seconds", FULL, PSQL),
        "client_cpu_us_per_row": single(rounds, "cpu_seconds", FULL, divisor=num_rows / 1e6),
        "peak_rss_mib": single(rounds, "peak_rss_bytes", FULL, divisor=MIB, aim=256),
        "gentle_peak_rss_mib": single(rounds, "peak_rss_bytes", GENTLE, divisor=MIB, aim=256),
    }


def beside_the_floor(rounds, num_rows):
    """The figures of values that psql only passes on: its wall is the floor of any reader."""
    return {
        "wall_vs_psql_binary_floor": paired(rounds, "wall_seconds", FULL, PSQL, aim=1.25),
        "gentle_wall_vs_psql_binary_floor": paired(rounds, "wall_seconds", GENTLE, PSQL),
        "client_cpu_us_per_row": single(rounds, "cpu_seconds", FULL, divisor=num_rows / 1e6),
        "peak_rss_mib": single(rounds, "peak_rss_bytes", FULL, divisor=MIB, aim=256),
    }


def beside_the_plain_extraction(rounds, num_rows):
    """What a typed task costs, beside what it costs to read its columns."""
    return {
        "task_wall_vs_plain": paired(rounds, "wall_seconds", TASK, PLAIN, aim=1.5),
        "task_cpu_vs_plain": paired(rounds, "cpu_seconds", TASK, PLAIN),
        "task_cpu_us_per_row": single(rounds, "cpu_seconds", TASK, divisor=num_rows / 1e6),
        "task_peak_rss_mib": single(rounds, "peak_rss_bytes", TASK, divisor=MIB, aim=256),
    }


def per_table(num_tables):
    """Gives the function of the figures of many tables in one run."""
    def figures(rounds, num_rows):
        del num_rows  # They are few: what counts is each table's own cost.
        return {
            "wall_ms_per_table": single(rounds, "wall_seconds", FULL, num_tables / 1e3, aim=15),
            "cpu_ms_per_table": single(rounds, "cpu_seconds", FULL, num_tables / 1e3),
            "peak_rss_mib": single(rounds, "peak_rss_bytes", FULL, divisor=MIB, aim=256),
        }
    return figures
