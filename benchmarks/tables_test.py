#!/usr/bin/env python3
"""Tests of what the benchmark checks."""

import re
import unittest

import nested
import shapes
import tables

COLUMN = re.compile(r"\b([a-z_]\w*) (?:bigint|integer|numeric|double precision|boolean|char|varchar|text"
                    r"|uuid|jsonb|date|timestamptz|int4|int8range|tstzrange|int8multirange|part)\b")


class TablesTest(unittest.TestCase):
    def test_every_column_is_proven(self):
        for table in (*tables.TABLES.values(), *nested.NESTED.values(), *shapes.SHAPES.values()):
            columns = COLUMN.findall(table.definition)
            self.assertGreater(len(columns), 1, table.name)
            for proofs in (table.proofs, table.stored_proofs or table.proofs):
                proven = set(re.findall(r"\w+", " ".join(proofs)))
                for column in columns:
                    with self.subTest(table=table.name, column=column):
                        self.assertIn(column, proven)

    def test_files_are_proven_by_as_many_proofs_as_the_server(self):
        for table in nested.NESTED.values():
            self.assertEqual(len(table.proofs), len(table.stored_proofs))


if __name__ == "__main__":
    unittest.main()
