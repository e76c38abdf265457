#!/usr/bin/env python3
"""Tests of check_layers.py over small made-up trees."""

import pathlib
import tempfile
import unittest

import check_layers


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/core/error.h", "#include <string>\n")
        self.write("src/lake/manifest.h", '#include "core/error.h"\n')
        self.list_folders("core", "lake")

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def list_folders(self, *folders):
        self.write("docs/architecture.md", "".join(f"| `{name}/` | x |\n" for name in folders))

    def assert_only_problem(self, *parts):
        problems = check_layers.check_tree(self.root)
        self.assertEqual(len(problems), 1, problems)
        for part in parts:
            self.assertIn(part, problems[0])

    def test_accepts_a_tree_in_order(self):
        self.assertEqual(check_layers.check_tree(self.root), [])

    def test_refuses_an_arrow_that_points_up(self):
        self.write("src/core/bad.cc", '#include "core/error.h"\n#include "lake/manifest.h"\n')
        self.assert_only_problem("src/core/bad.cc:2", "core/ may not include lake/")

    def test_refuses_connectors_that_know_each_other(self):
        self.write("src/duck/bad.h", '#include "lake/manifest.h"\n')
        self.list_folders("core", "duck", "lake")
        self.assert_only_problem("src/duck/bad.h:1", "duck/ may not include lake/")

    def test_refuses_a_library_outside_its_home(self):
        self.write("src/lake/bad.cc", "#include <nlohmann/json.hpp>\n")
        self.assert_only_problem("src/lake/bad.cc:1", "<nlohmann/json.hpp>", "core")

    def test_refuses_an_include_that_is_not_written_from_src(self):
        self.write("src/lake/bad.cc", '#include "manifest.h"\n')
        self.assert_only_problem("not written from src/")

    def test_refuses_an_include_of_nothing(self):
        self.write("src/lake/bad.cc", '#include "core/gone.h"\n')
        self.assert_only_problem('"core/gone.h" does not exist')

    def test_refuses_a_public_header_that_includes_src(self):
        self.write("include/carmilla/bad.h", '#include "core/error.h"\n')
        self.assert_only_problem("include/carmilla/bad.h:1", "carmilla/ may not include core/")

    def test_lets_only_tasks_include_public_headers(self):
        self.write("include/carmilla/date.h", "#include <string>\n")
        self.write("include/carmilla/model.h", '#include "carmilla/date.h"\n')
        self.write("src/tasks/date.cc", '#include "carmilla/date.h"\n')
        self.list_folders("core", "lake", "tasks")
        self.assertEqual(check_layers.check_tree(self.root), [])
        self.write("src/lake/bad.cc", '#include "carmilla/date.h"\n')
        self.assert_only_problem("src/lake/bad.cc:1", "lake/ may not include carmilla/")

    def test_lets_only_tests_include_testing(self):
        self.write("src/testing/matchers.h", "#include <gmock/gmock.h>\n")
        self.write("src/lake/manifest_test.cc",
                   '#include "testing/matchers.h"\n#include <gtest/gtest.h>\n')
        self.write("src/lake/lake_fixture.h", '#include "testing/matchers.h"\n')
        self.list_folders("core", "lake", "testing")
        self.assertEqual(check_layers.check_tree(self.root), [])
        self.write("src/lake/bad.cc", '#include "testing/matchers.h"\n')
        self.assert_only_problem("src/lake/bad.cc:1", "testing/ is for tests only")

    def test_refuses_a_folder_that_the_page_does_not_list(self):
        self.write("src/store/file.h", "")
        self.assert_only_problem("docs/architecture.md", "src/store is not listed")

    def test_refuses_a_listed_folder_that_is_gone(self):
        self.list_folders("core", "lake", "aws")
        self.assert_only_problem("docs/architecture.md", "lists aws/")

    def test_refuses_an_unknown_folder(self):
        self.write("src/extras/file.h", "")
        self.list_folders("core", "extras", "lake")
        self.assert_only_problem("src/extras: unknown folder")

    def test_refuses_a_name_that_shadows_a_library(self):
        self.write("src/lake/fmt/file.h", "")
        self.assert_only_problem("src/lake/fmt", "shadows")


if __name__ == "__main__":
    unittest.main()
