#!/usr/bin/env python3
"""Checks that the folders of src/ keep to their layers.

    check_layers.py [ROOT]

- Arrows point down: a folder includes only the folders that LAYERS allows it.
- One home: a third-party library is included only by the folders that HOMES names.
- Every include of ours is written from src/ and names a file that exists.
- docs/architecture.md lists exactly the folders of src/, and no folder has a library's name.

`testing/` may be included by tests (*_test.cc and their *_fixture.h) only. Public headers, in
include/carmilla/, include nothing of src/.
"""

import pathlib
import re
import sys

CONNECTORS = {"transform", "postgres", "columnar", "http", "aws", "store", "lake", "duck", "plan"}
BASE = {"core", "types", "stream"}
LAYERS = {
    "core": set(),
    "types": {"core"},
    "stream": {"core", "types"},
    "testing": BASE | {"http"},
    "transform": BASE,
    "postgres": BASE,
    "columnar": BASE,
    "http": {"core"},
    "aws": BASE | {"http"},
    "store": BASE | {"http"},
    "lake": BASE,
    "duck": BASE,
    "plan": BASE,
    "engine": BASE | CONNECTORS,
    "operations": BASE | CONNECTORS | {"codegen", "engine"},
    "codegen": {"core", "types"},
    "cli": BASE | {"plan", "engine", "operations"},
    "tasks": BASE | {"transform", "plan", "engine", "operations", "cli"},
}
# The public headers, which users have without src/; who of src/ may include them.
PUBLIC = "carmilla"
PUBLIC_USERS = {"tasks"}
TESTS = "tests"
# Prefix of an include -> the folders that may write it.
HOMES = {
    "spdlog/": {"core"},
    "fmt/": {"core"},
    "nlohmann/": {"core"},
    "libpq": {"postgres", "testing"},
    "openssl/": {"core", "postgres"},
    "curl/": {"http"},
    "pugixml": {"http", "store"},
    "arrow/filesystem/": {"http"},
    "simdjson": {"transform"},
    "parquet/": {"columnar"},
    "duckdb": {"duck"},
    "yaml-cpp/": {"plan"},
    "CLI/": {"cli"},
    "histedit": {"cli"},
    "xxhash": {"columnar"},
    "zstd": {"columnar"},
    "gtest/": {"testing", TESTS},
    "gmock/": {"testing", TESTS},
}
SHADOWING = {"parquet", "arrow", "duckdb", "fmt", "spdlog", "nlohmann", "std"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LISTED_FOLDER = re.compile(r"^\|\s*`([a-z_]+)/`\s*\|")


def is_test(path):
    return path.name.endswith("_test.cc") or path.stem.endswith("_fixture")


def check_own_include(source_folder, path, included, src):
    """Returns what is wrong with an include of one of our files, or None."""
    folder = included.split("/")[0] if "/" in included else None
    if folder == PUBLIC:
        return check_public_include(source_folder, included, src)
    if folder not in LAYERS:
        return f'"{included}" is not written from src/; write "folder/file.h"'
    if not (src / included).is_file():
        return f'"{included}" does not exist'
    if folder == source_folder or folder in LAYERS.get(source_folder, ()):
        return None
    if folder == "testing":
        return None if is_test(path) else "testing/ is for tests only"
    allowed = ", ".join(sorted(LAYERS.get(source_folder, ()))) or "nothing of ours"
    return f"{source_folder}/ may not include {folder}/ (only: {allowed})"


def check_public_include(source_folder, included, src):
    """Returns what is wrong with an include of a public header, or None."""
    if not (src.parent / "include" / included).is_file():
        return f'"{included}" does not exist'
    if source_folder == PUBLIC or source_folder in PUBLIC_USERS:
        return None
    return f"{source_folder}/ may not include {PUBLIC}/ (only {' and '.join(PUBLIC_USERS)}/ may)"


def check_library_include(source_folder, path, included):
    """Returns what is wrong with an include of a library, or None."""
    for prefix, homes in HOMES.items():
        if not included.startswith(prefix):
            continue
        if source_folder in homes or (TESTS in homes and is_test(path)):
            return None
        return f"<{included}> lives in {' and '.join(sorted(homes))} only, not in {source_folder}/"
    return None


def check_file(path, src):
    """Yields the problems of one file; `src` is the folder of our folders."""
    is_public = src not in path.parents
    source_folder = PUBLIC if is_public else path.relative_to(src).parts[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match is None:
            continue
        if match[1] == '"':
            problem = check_own_include(source_folder, path, match[2], src)
        else:
            problem = check_library_include(source_folder, path, match[2])
        if problem is not None:
            yield f"{path.relative_to(src.parent)}:{number}: {problem}"


def check_folders(root, folders):
    for folder in sorted(folders - LAYERS.keys()):
        yield f"src/{folder}: unknown folder; give it a place in tools/check_layers.py"
    page = root / "docs" / "architecture.md"
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    listed = {match[1] for match in map(LISTED_FOLDER.match, lines) if match}
    for folder in sorted(folders - listed):
        yield f"docs/architecture.md: src/{folder} is not listed (as | `{folder}/` | ...)"
    for folder in sorted(listed - folders):
        yield f"docs/architecture.md: lists {folder}/, which is not in src/"


def check_tree(root):
    """Returns all problems of a source tree as lines for a person."""
    src = root / "src"
    folders = {path.name for path in src.iterdir() if path.is_dir() and any(path.iterdir())}
    problems = list(check_folders(root, folders))
    for path in sorted(src.rglob("*")):
        relative = path.relative_to(src)
        if path.is_dir() and relative.name in SHADOWING:
            problems.append(f"src/{relative}: the name shadows a library's headers")
        if path.suffix in {".h", ".cc"} and relative.parts[0] in LAYERS:
            problems.extend(check_file(path, src))
    for path in sorted((root / "include").rglob("*.h")):
        problems.extend(check_file(path, src))
    return problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    problems = check_tree(root if root.is_dir() else root.parent.parent)
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
