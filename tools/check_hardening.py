#!/usr/bin/env python3
"""Checks that a release program is built as hardened as docs promise, and small.

    check_hardening.py PROGRAM

Position independent, read-only relocations resolved at start, no executable stack, stack
protector, fortified libc calls, libraries looked up relative to the program only, under 10 MB.
"""

import os
import re
import subprocess
import sys
import tempfile

MAX_STRIPPED_BYTES = 10 * 1000 * 1000


def readelf(program, *options):
    return subprocess.run(["readelf", "-W", *options, program], check=True, text=True,
                          capture_output=True).stdout


def stripped_bytes(program):
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run(["strip", "-o", stripped.name, program], check=True)
        return os.path.getsize(stripped.name)


def problems_of(program):
    header = readelf(program, "-h")
    segments = readelf(program, "-l")
    dynamic = readelf(program, "-d")
    symbols = readelf(program, "--dyn-syms")
    if not re.search(r"Type:\s+DYN", header):
        yield "is not position independent (-fPIE -pie)"
    if "GNU_RELRO" not in segments:
        yield "has no read-only relocations (-z relro)"
    if not re.search(r"\bNOW\b", dynamic):
        yield "resolves symbols late (-z now)"
    if re.search(r"GNU_STACK.*\bRWE\b", segments):
        yield "has an executable stack (-z noexecstack)"
    if "__stack_chk_fail" not in symbols:
        yield "has no stack protector (-fstack-protector-strong)"
    if not re.search(r"__\w+_chk\b", symbols.replace("__stack_chk", "")):
        yield "calls no fortified function (-D_FORTIFY_SOURCE=3)"
    for path in re.findall(r"R(?:UN)?PATH\).*\[(.*)\]", dynamic):
        for folder in path.split(":"):
            if not folder.startswith("$ORIGIN/"):
                yield f"looks for libraries in {folder}"
    size = stripped_bytes(program)
    if size > MAX_STRIPPED_BYTES:
        yield f"has {size} bytes when stripped, allowed are {MAX_STRIPPED_BYTES}"


def main():
    program = sys.argv[1]
    problems = list(problems_of(program))
    for problem in problems:
        print(f"{program}: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
