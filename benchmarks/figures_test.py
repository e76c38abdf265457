#!/usr/bin/env python3
"""Tests of the arithmetic of the benchmark."""

import unittest

import figures
from measurement import Measurement


def measurement(wall, cpu=1.0, rss=1, size=1):
    return Measurement(wall_seconds=wall, user_seconds=cpu * 0.75, system_seconds=cpu * 0.25,
                       peak_rss_bytes=rss, file_bytes=size)


class FiguresTest(unittest.TestCase):
    def test_ratios_are_taken_within_a_round(self):
        # A machine that is ten times slower in one round changes no ratio.
        rounds = [{"B": measurement(2.0), "D": measurement(4.0)},
                  {"B": measurement(20.0), "D": measurement(40.0)}]
        figure = figures.paired(rounds, "wall_seconds", "B", "D")
        self.assertEqual(figure.values, (0.5, 0.5))

    def test_median_of_an_even_count_lies_between_the_middle_two(self):
        figure = figures.Figure((4.0, 1.0, 3.0, 2.0))
        self.assertEqual(figure.median, 2.5)
        self.assertEqual(figure.range, (1.0, 4.0))

    def test_one_outlier_moves_the_range_and_not_the_median(self):
        found = figures.Figure((1.0, 1.1, 9.0), aim=2).as_json()
        self.assertEqual(found, {"median": 1.1, "range": [1.0, 9.0], "aim": 2})

    def test_figures_compare_the_contenders_that_their_names_say(self):
        rounds = [{"A": measurement(10.0), "D": measurement(8.0, cpu=5.0, rss=400, size=100),
                   "B": measurement(6.0, cpu=3.0, rss=200 << 20, size=102),
                   "C": measurement(7.0, cpu=3.6), "G": measurement(9.0)}]
        found = {name: figure.median
                 for name, figure in figures.beside_peers(rounds, num_rows=2_000_000).items()}
        self.assertAlmostEqual(found["wall_vs_duckdb"], 0.75)
        self.assertAlmostEqual(found["wall_vs_psql"], 0.6)
        self.assertAlmostEqual(found["cpu_vs_duckdb"], 0.6)
        self.assertAlmostEqual(found["gentle_wall_vs_psql"], 0.9)
        self.assertAlmostEqual(found["proof_full_cpu_vs_structural"], 1.2)
        self.assertAlmostEqual(found["client_cpu_us_per_row"], 1.5)
        self.assertAlmostEqual(found["peak_rss_mib"], 200)
        self.assertAlmostEqual(found["size_vs_duckdb"], 1.02)

    def test_tls_is_compared_with_tls_and_a_bucket_with_a_directory(self):
        rounds = [{"A": measurement(10.0), "D": measurement(8.0), "B": measurement(6.0, cpu=3.0),
                   "C": measurement(7.0), "G": measurement(9.0), "AT": measurement(12.0),
                   "BT": measurement(9.0, cpu=3.6), "BS": measurement(7.2, cpu=4.5)}]
        found = figures.with_tls_and_bucket(rounds, num_rows=1)
        self.assertAlmostEqual(found["tls_wall_vs_psql_tls"].median, 0.75)
        self.assertAlmostEqual(found["tls_cpu_vs_socket"].median, 1.2)
        self.assertAlmostEqual(found["bucket_wall_vs_directory"].median, 1.2)
        self.assertEqual(found["bucket_wall_vs_directory"].aim, 1.25)
        self.assertAlmostEqual(found["bucket_cpu_vs_directory"].median, 1.5)

    def test_the_floor_is_psql(self):
        rounds = [{"A": measurement(10.0), "B": measurement(12.0, cpu=3.0, rss=200 << 20),
                   "G": measurement(15.0)}]
        found = figures.beside_the_floor(rounds, num_rows=1_000_000)
        self.assertAlmostEqual(found["wall_vs_psql_binary_floor"].median, 1.2)
        self.assertEqual(found["wall_vs_psql_binary_floor"].aim, 1.25)
        self.assertAlmostEqual(found["gentle_wall_vs_psql_binary_floor"].median, 1.5)
        self.assertAlmostEqual(found["client_cpu_us_per_row"].median, 3.0)

    def test_a_task_is_compared_with_the_plain_extraction(self):
        rounds = [{"E": measurement(4.0, cpu=2.0),
                   "T": measurement(5.0, cpu=3.0, rss=100 << 20)}]
        found = figures.beside_the_plain_extraction(rounds, num_rows=1_000_000)
        self.assertAlmostEqual(found["task_wall_vs_plain"].median, 1.25)
        self.assertEqual(found["task_wall_vs_plain"].aim, 1.5)
        self.assertAlmostEqual(found["task_cpu_vs_plain"].median, 1.5)
        self.assertAlmostEqual(found["task_cpu_us_per_row"].median, 3.0)
        self.assertAlmostEqual(found["task_peak_rss_mib"].median, 100)

    def test_many_tables_are_counted_in_milliseconds_each(self):
        found = figures.per_table(1000)([{"B": measurement(8.0, cpu=2.0)}], num_rows=1)
        self.assertAlmostEqual(found["wall_ms_per_table"].median, 8.0)
        self.assertAlmostEqual(found["cpu_ms_per_table"].median, 2.0)


if __name__ == "__main__":
    unittest.main()
