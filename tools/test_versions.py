#!/usr/bin/env python3
"""Runs the tests that need a PostgreSQL server against every version that is read.

    test_versions.py BUILD [--tests REGEX] [VERSION ...]

The servers are those of `tools/setup.sh --postgres-versions`; the tests are the entries of ctest
with the label `postgres`. Ends with a table of what passed, failed and was skipped (with the
reasons), and with 1 if anything failed.
"""

import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVERS = ROOT / ".deps" / "postgres"
# These ask little of a server, and take long.
LEFT_OUT = "^(kill|memory|cli_(completion|install|query_prompt|sends_nothing|usage|wrapping))$"
OUTCOMES = ("passed", "failed", "skipped")
GOOGLETEST_PASSED = re.compile(r"^\[  PASSED  \] (\d+) tests?\.", re.M)
GOOGLETEST_OTHER = re.compile(r"^\[  (FAILED|SKIPPED) +\] .* \(\d+ ms\)$", re.M)
PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)\b")
PYTEST_SUMMARY = re.compile(r"^=*\s*(?=.*\b(?:passed|failed|skipped|error))[^\n]* in [\d.]+s", re.M)
PYTEST_SKIP = re.compile(r"^SKIPPED \[(\d+)\] \S+?:(?:\d+:)? (.*)$", re.M)
GOOGLETEST_SKIP = re.compile(r": Skipped\n(.+)$", re.M)


def count(output, has_passed):
    """Returns the outcomes of the tests inside one entry of ctest, and why some were skipped."""
    outcomes = collections.Counter()
    outcomes["passed"] += sum(map(int, GOOGLETEST_PASSED.findall(output)))
    outcomes.update(word.lower() for word in GOOGLETEST_OTHER.findall(output))
    for line in PYTEST_SUMMARY.findall(output)[-1:]:
        for number, word in PYTEST_COUNT.findall(line):
            outcomes["failed" if word.startswith("error") else word] += int(number)
    if not has_passed and not outcomes["failed"]:
        outcomes["failed"] = 1  # it crashed, or took too long
    reasons = collections.Counter()
    for number, reason in PYTEST_SKIP.findall(output):
        reasons[reason] += int(number)
    reasons.update(GOOGLETEST_SKIP.findall(output))
    return outcomes, reasons


def run(build, version, tests):
    """Runs the tests against one version and returns their outcomes and the reasons."""
    report = build / "versions" / f"{version}.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    environment = {**os.environ, "PYTEST_ADDOPTS": "-rs",
                   "CARMILLA_TEST_POSTGRES_BINARIES": str(SERVERS / version / "bin")}
    subprocess.run(
        ["ctest", "--test-dir", build, "-L", "postgres", "-R", tests, "-E", LEFT_OUT, "--no-tests=error",
         "-j", str((os.cpu_count() or 1) + 1), "--output-on-failure", "--output-junit", report,
         "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000"],
        check=False, env=environment)
    outcomes, reasons = collections.Counter(), collections.Counter()
    for entry in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if entry.get("name").startswith("postgres_server_"):
            continue
        counted, why = count(entry.findtext("system-out") or "", entry.get("status") == "run")
        outcomes += counted
        reasons += why
    return outcomes, reasons


def full_version(version):
    printed = subprocess.run([SERVERS / version / "bin" / "postgres", "--version"], check=True,
                             capture_output=True, text=True).stdout
    return printed.split()[-1]


def check_readable(versions):
    """Root gives the servers to another user, who must be able to go where they lie."""
    if os.geteuid() != 0:
        return
    runuser = shutil.which("runuser") or "/usr/sbin/runuser"
    for version in versions:
        program = SERVERS / version / "bin" / "postgres"
        if subprocess.run([runuser, "-u", "postgres", "--", "test", "-x", program],
                          check=False).returncode != 0:
            sys.exit(f"test_versions: the user postgres may not run {program}: put the clone into "
                     "a folder that everybody may enter, or do not run as root")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("versions", nargs="*", metavar="VERSION")
    parser.add_argument("--tests", default=".", metavar="REGEX", help="only these entries")
    arguments = parser.parse_intermixed_args()
    present = sorted((path.name for path in SERVERS.glob("*")), key=int)
    versions = arguments.versions or present
    for version in versions:
        if version not in present:
            sys.exit(f"test_versions: no PostgreSQL {version} in {SERVERS}")
    check_readable(versions)
    rows, failed = [], False
    for version in versions:
        print(f"\n=== PostgreSQL {full_version(version)}", flush=True)
        outcomes, reasons = run(arguments.build.resolve(), version, arguments.tests)
        rows.append((full_version(version), outcomes, reasons))
        failed |= outcomes["failed"] > 0 or outcomes["passed"] == 0
    print(f"\n{'version':<8}" + "".join(f"{name:>9}" for name in OUTCOMES))
    for name, outcomes, _ in rows:
        print(f"{name:<8}" + "".join(f"{outcomes[key]:>9}" for key in OUTCOMES))
    for name, _, reasons in rows:
        for reason, number in sorted(reasons.items()):
            print(f"{name}: skipped {number}: {reason}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
