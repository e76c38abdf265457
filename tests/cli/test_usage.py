"""The command line itself: help that fits, slips of the pen that are understood, exit 64."""

import re
import subprocess

import pytest

COMMANDS = ["init", "doctor", "role", "plan", "run", "extract", "query", "models", "status",
            "verify", "compare", "add", "generate"]
REFERENCE = ["types", "schema", "errors", "completion"]
FLAGS = {
    "init": ["--source", "--to", "--lake", "--project", "--task", "--tls", "--ca-file", "--force"],
    "doctor": ["--aws", "--json"],
    "role": ["--name"],
    "plan": ["--columns", "--json"],
    "run": ["--table", "--limit", "--no-upload", "--to", "--quiet", "--json"],
    "extract": ["--source", "--to", "--query", "--limit", "--compression", "--on-nan",
                "--on-infinity", "--gentleness", "--tls", "--ca-file", "--quiet", "--json"],
    "query": ["--lake", "--on", "--csv", "--json", "--parquet", "--types", "--timing"],
    "models": ["--select", "--on", "--json"],
    "status": ["--lake", "--runs"],
    "verify": ["--lake", "--run"],
    "add": ["--to", "--partition", "--replace", "--lake"],
    "generate": ["--all", "--columns", "--name", "--query", "--task", "--check", "--out",
                 "--json"],
    "compare": ["--json", "--lake", "--on", "--source"],
    "types": [],
    "schema": [],
    "errors": [],
    "completion": [],
}


def refused(project, *arguments):
    """The words of a refusal of the command line."""
    finished = project.run(*arguments)
    assert finished.code == 64, str(finished)
    assert finished.out == ""
    assert re.match(r"carmilla: .+\nhint: .+\nkind: usage, exit code 64; see `.+`\n$", finished.err), str(finished)
    return finished.err


def fits(text, lines=None):
    assert max(map(len, text.splitlines())) <= 80, text
    assert lines is None or len(text.splitlines()) <= lines, text
    return text


def flags_in(text):
    return set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))


def test_no_arguments_print_the_help_and_64(project):
    finished = project.run()
    assert finished.code == 64
    assert finished.out == project.succeed("-h").out


def test_the_short_help_names_every_command_on_one_screen(project):
    text = fits(project.succeed("-h").out, lines=23)  # The next prompt needs one, too.
    for command in COMMANDS:
        assert any(line.split()[:1] == [command] for line in text.splitlines()), command
    reference = next(line for line in text.splitlines() if "for reference" in line)
    assert set(REFERENCE) <= set(reference.replace(",", "").split())
    assert flags_in(text) == {"--version", "--help"}
    shared = next(line for line in text.splitlines() if "for every command" in line)
    assert re.findall(r"--[a-z-]+", shared) == ["--config", "--set", "--log-level", "--color"]


def test_the_long_help_explains_every_command_and_has_examples(project):
    text = fits(project.succeed("--help").out)
    for command in COMMANDS + REFERENCE:
        assert re.search(rf"^  {command} {{2,}}\w", text, re.MULTILINE), command
    assert "Examples:\n  carmilla " in text
    assert "CARMILLA_CONFIG" in text and "NO_COLOR" in text


@pytest.mark.parametrize("command", COMMANDS + REFERENCE)
def test_the_short_help_of_a_command_names_its_flags_on_one_screen(project, command):
    text = fits(project.succeed(command, "-h").out, lines=24)
    assert f"Usage: carmilla {command} [FLAGS]" in text
    assert flags_in(text) == {*FLAGS[command], "--help"}


@pytest.mark.parametrize("command", COMMANDS + REFERENCE)
def test_the_long_help_of_a_command_has_examples_that_use_its_flags(project, command):
    text = fits(project.succeed(command, "--help").out)
    assert {"--config", "--set", "--log-level", "--color"} <= flags_in(text)
    head, examples = text.split("\nExamples:\n")
    assert 2 <= len(examples.splitlines()) <= 6, text
    assert f"  carmilla {command}" in examples
    assert set(re.findall(r"(?<=\s)--[a-z-]+", examples)) <= flags_in(head)


def test_the_version_is_one_line(project):
    assert re.fullmatch(r"carmilla \d+\.\d+\.\d+\n", project.succeed("--version").out)


@pytest.mark.parametrize("arguments, nearest", [
    (["rnu"], "run"),
    (["extrct"], "extract"),
    (["run", "--limt", "3"], "--limit"),
    (["run", "--limt=3"], "--limit"),
    (["run", "--lim", "3"], "--limit"),
    (["run", "--no-uplaod"], "--no-upload"),
    (["plan", "--cofig", "x.yaml"], "--config"),
    (["--cofig", "x.yaml", "plan"], "--config"),
    (["extract", "--sorce", "env:X", "public.t", "--to", "x"], "--source"),
    (["query", "--jsn", "SELECT 1"], "--json"),
    (["status", "--lak", "x"], "--lake"),
])
def test_a_slip_of_the_pen_is_answered_with_the_right_word(project, arguments, nearest):
    assert f'hint: did you mean "{nearest}"?' in refused(project, *arguments)


@pytest.mark.parametrize("arguments, phrase", [
    (["frobnicate"], "unknown command: frobnicate"),
    (["run", "--zzzzzz"], "unknown flag: --zzzzzz"),
    (["status", "x"], "unexpected argument: x"),
    (["types", "x"], "unexpected argument: x"),
    (["query"], "no SQL: standard input is empty"),
    (["query", "SELECT 1", "SELECT 2"], "unexpected argument: SELECT 2"),
    (["extract"], "--source is required"),
    (["extract", "--source", "env:X"], "--to is required"),
    (["run", "--limit"], "--limit needs a value: ROWS"),
    (["run", "--limit", "-3"], "--limit: must not be negative: -3"),
    (["run", "--limit", "many"], "--limit does not take this value: many"),
    (["run", "--quiet=maybe"], "--quiet does not take this value: maybe"),
    (["status", "--runs", "-1"], "must not be negative: -1"),
    (["run", "--to", "x"], "--to without --limit or --no-upload"),
    (["query", "--csv", "--json", "SELECT 1"], "--csv excludes --json"),
    (["run", "--color", "yes"], "--color must be one of auto, always, never, not: yes"),
    (["run", "--log-level", "loud"], 'unknown level "loud"'),
])
def test_what_makes_no_sense_is_refused_in_words(project, arguments, phrase):
    assert phrase in refused(project, *arguments)


def test_the_nearest_choice_is_suggested(project):
    words = refused(project, "extract", "--source", "env:X", "public.t", "--to", "x",
                    "--compression", "zsd")
    assert "--compression must be one of zstd, gzip, snappy, none, not: zsd" in words
    assert 'did you mean "zstd"?' in words


def test_an_unknown_log_level_of_the_environment_is_refused(project):
    finished = project.run("types", environment={"CARMILLA_LOG": "loud"})
    assert finished.code == 64
    assert "debug, info, warning, error or off" in finished.err


def test_the_log_level_comes_from_the_flag_else_from_the_environment(project):
    project.database.execute("CREATE TABLE t (id int)")
    project.configure()
    quiet = project.succeed("plan").err
    by_variable = project.succeed("plan", environment={"CARMILLA_LOG": "debug"}).err
    by_flag = project.succeed("plan", "--log-level", "debug").err
    assert quiet == ""
    assert "carmilla.yaml" in by_variable and "carmilla.yaml" in by_flag
    assert project.succeed("plan", "--log-level", "off", environment={"CARMILLA_LOG": "debug"}).err == ""


def test_global_flags_may_stand_before_and_after_the_command(project):
    project.database.execute("CREATE TABLE t (id int)")
    project.configure()
    (project.folder / "carmilla.yaml").rename(project.folder / "other.yaml")
    assert project.succeed("--config", "other.yaml", "plan").out == project.succeed(
        "plan", "--config", "other.yaml").out


@pytest.mark.parametrize("command", ["types", "schema", "--help"])
def test_output_that_nobody_can_take_is_an_error(project, command):
    with open("/dev/full", "w", encoding="utf-8") as full:
        finished = subprocess.run([project.program, command], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False, timeout=60)
    assert finished.returncode == 74
    assert "writing to standard output" in finished.stderr


def test_every_kind_and_exit_code_is_explained_offline(project):
    listed = [line.split() for line in project.succeed("errors").out.splitlines()[1:]]
    assert ["permission", "77", "no"] in listed
    for kind, code, _ in listed:
        assert f"Exit code {code}." in project.succeed("errors", kind).out
        assert kind in project.succeed("errors", code).out
    assert 'did you mean "permission"?' in refused(project, "errors", "permision")


def test_an_error_names_its_kind_and_the_command_that_explains_it(project):
    finished = project.run("plan")
    assert finished.code == 78
    kind = finished.err.splitlines()[-1]
    assert kind == "kind: configuration, exit code 78; see `carmilla errors configuration`"
    assert "Exit code 78" in project.succeed(*re.search("`carmilla (.+)`", kind).group(1).split()).out
