#!/usr/bin/env python3
"""Checks that mistakes do not compile and that the compiler says so in our words.

    check_snippets.py [--compiler CXX] [--snippets DIR] [--include DIR]... [NAME...]

See README.md for what a snippet is. NAMEs choose some of them, by file name.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-fmax-errors=1"]
ERROR = re.compile(r": (?:fatal )?error: (.*)")
# A sentence may go on in the comments below.
EXPECT = re.compile(r"// expect: (.+(?:\n// .+)*)")


def compile_text(command, snippet, *more):
    """Returns what the compiler says, with its exit code."""
    environment = dict(os.environ, LC_ALL="C")
    result = subprocess.run([*command, *FLAGS, *more, str(snippet)], env=environment,
                            capture_output=True, text=True, check=False)
    return result.returncode, result.stderr


def problem_of_bad(expected, exit_code, said):
    """Returns what is wrong with how a mistake was refused, or None."""
    if exit_code == 0:
        return f"it compiles with BAD, but should say: {expected}"
    first = ERROR.search(said)
    if first is None:
        return f"the compiler failed without an error:\n{said}"
    if expected not in first[1]:
        return f"the first error is\n    {first[1]}\n  instead of\n    {expected}"
    return None


def check_bad(command, snippet):
    """Returns the problems of one snippet with BAD, as lines for a person."""
    expected = EXPECT.match(snippet.read_text(encoding="utf-8"))
    if expected is None:
        return [f"{snippet.name}: the first line is not `// expect: sentence`"]
    sentence = expected[1].replace("\n// ", " ").strip()
    problem = problem_of_bad(sentence, *compile_text(command, snippet, "-DBAD"))
    return [] if problem is None else [f"{snippet.name}: {problem}"]


def check_good(command, snippet):
    """Returns the problems of one snippet without BAD, as lines for a person."""
    exit_code, said = compile_text(command, snippet)
    return [f"{snippet.name}: it does not compile without BAD:\n{said}"] if exit_code else []


def compile_together(command, snippets, folder):
    """Returns whether all compile without BAD, each in a namespace of its own."""
    together = folder / "together.cc"
    text = '#include "prelude.h"\n' if (folder / "prelude.h.gch").is_file() else ""
    for number, snippet in enumerate(snippets):
        text += f'namespace snippet_{number} {{\n#include "{snippet.resolve()}"\n}}\n'
    together.write_text(text, encoding="utf-8")
    return compile_text(command, together)[0] == 0


def check_all(compiler, snippets, includes):
    """Returns the problems of all snippets; the headers are compiled once, before them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [compiler, *(part for path in includes for part in ("-isystem", path))]
        prelude = (snippets[0].parent / ".." / "prelude.h").resolve()
        if prelude.is_file():
            subprocess.run([*command, "-std=c++20", "-Wall", "-Wextra", "-x", "c++-header",
                            str(prelude), "-o", str(folder / "prelude.h.gch")], check=True)
            command[1:1] = ["-iquote", name, "-iquote", str(prelude.parent)]
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            together = pool.submit(compile_together, command, snippets, folder)
            results = list(pool.map(lambda snippet: check_bad(command, snippet), snippets))
            if not together.result():
                results += pool.map(lambda snippet: check_good(command, snippet), snippets)
        return [problem for problems in results for problem in problems]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--snippets", type=pathlib.Path, default=HERE / "snippets")
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    snippets = sorted(path for path in arguments.snippets.glob("*.cc")
                      if not arguments.names or path.stem in arguments.names)
    if not snippets:
        sys.exit(f"check_snippets: no snippets in {arguments.snippets}")
    problems = check_all(arguments.compiler, snippets, arguments.include)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(snippets)} snippets, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
