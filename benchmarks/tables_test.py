#!/usr/bin/env python3
"""Tests of what the benchmark checks."""

import re
import unittest

import shapes
import tables

COLUMN = re.compile(r"(\w+) (?:bigint|integer|numeric|double precision|boolean|char|varchar|text"
                    r"|uuid|jsonb|date|timestamptz)\b")


class TablesTest(unittest.TestCase):
    def test_every_column_is_proven(self):
        for table in (*tables.TABLES.values(), *shapes.SHAPES.values()):
            columns = COLUMN.findall(table.definition)
            self.assertGreater(len(columns), 1, table.name)
            proven = set(re.findall(r"\w+", " ".join(table.proofs)))
            for column in columns:
                with self.subTest(table=table.name, column=column):
                    self.assertIn(column, proven)


if __name__ == "__main__":
    unittest.main()
