#!/usr/bin/env python3
"""Tests that check_snippets.py fails where it must."""

import pathlib
import tempfile
import unittest

import check_snippets

BAD = '#ifdef BAD\n{bad}\n#endif\nint main() {{ return 0; }}\n'


class CheckSnippetsTest(unittest.TestCase):
    def problems(self, text):
        with tempfile.TemporaryDirectory() as folder:
            snippet = pathlib.Path(folder) / "snippet.cc"
            snippet.write_text(text, encoding="utf-8")
            return check_snippets.check_all("c++", [snippet], [])

    def test_the_promised_sentence_passes(self):
        text = "// expect: too wide\n" + BAD.format(bad='static_assert(false, "it is too wide");')
        self.assertEqual(self.problems(text), [])

    def test_a_mistake_that_compiles_fails(self):
        problem, = self.problems("// expect: too wide\n" + BAD.format(bad=""))
        self.assertIn("it compiles with BAD", problem)

    def test_another_error_before_it_fails(self):
        bad = 'int x = nothing;\nstatic_assert(false, "too wide");'
        problem, = self.problems("// expect: too wide\n" + BAD.format(bad=bad))
        self.assertIn("the first error is", problem)

    def test_the_sentence_outside_of_an_error_fails(self):
        bad = '#pragma message "too wide"\nint x = nothing;  // too wide'
        problem, = self.problems("// expect: too wide\n" + BAD.format(bad=bad))
        self.assertIn("the first error is", problem)

    def test_a_good_twin_that_fails_or_warns_fails(self):
        for wrong in ("int x = nothing;", "bool IsLess(int a, unsigned b) { return a < b; }"):
            text = ('// expect: too wide\n#ifdef BAD\nstatic_assert(false, "too wide");\n#else\n'
                    f"{wrong}\n#endif\n")
            problem, = self.problems(text)
            self.assertIn("it does not compile without BAD", problem)

    def test_a_snippet_without_a_promise_fails(self):
        problem, = self.problems("int main() { return 0; }\n")
        self.assertIn("// expect: sentence", problem)


if __name__ == "__main__":
    unittest.main()
