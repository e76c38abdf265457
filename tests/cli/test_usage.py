"""The command line itself: help that fits, slips of the pen that are understood, exit 64."""

import re
import subprocess

import pytest

COMMANDS = ["init", "doctor", "role", "plan", "run", "extract", "query", "status", "verify", "types", "schema"]
FLAGS = {
    "init": ["--source", "--to", "--lake", "--tls", "--ca-file", "--force"],
    "doctor": ["--json"],
    "role": ["--name"],
    "plan": ["--columns", "--json"],
    "run": ["--limit", "--no-upload", "--to", "--json"],
    "extract": ["--source", "--to", "--query", "--limit", "--compression", "--gentleness", "--tls",
                "--ca-file", "--json"],
    "query": ["--lake", "--csv", "--json", "--parquet"],
    "status": ["--lake", "--runs"],
    "verify": ["--lake", "--run"],
    "types": [],
    "schema": [],
}


def refused(project, *arguments):
    """The words of a refusal of the command line."""
    finished = project.run(*arguments)
    assert finished.code == 64, str(finished)
    assert finished.out == ""
    assert re.match(r"carmilla: .+\nhint: .+\n$", finished.err), str(finished)
    return finished.err


def test_no_arguments_print_the_help_and_64(project):
    finished = project.run()
    assert finished.code == 64
    assert finished.out == project.succeed("--help").out


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_names_every_command_on_one_screen(project, flag):
    lines = project.succeed(flag).out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for command in COMMANDS:
        assert any(line.split()[:1] == [command] for line in lines), command
    for option in ("--config", "--set", "--log-level", "--version"):
        assert any(option in line for line in lines), option


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_names_its_flags_on_one_screen(project, command):
    text = project.succeed(command, "--help").out
    assert text == project.succeed(command, "-h").out
    assert len(text.splitlines()) <= 24
    assert max(map(len, text.splitlines())) <= 80
    assert f"carmilla {command}" in text
    for flag in FLAGS[command]:
        assert re.search(rf"^  {flag}\b", text, re.MULTILINE), flag
    documented = set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE))
    assert documented == set(FLAGS[command])


def test_the_version_is_one_line(project):
    assert re.fullmatch(r"carmilla \d+\.\d+\.\d+\n", project.succeed("--version").out)


@pytest.mark.parametrize("arguments, nearest", [
    (["rnu"], "run"),
    (["extrct"], "extract"),
    (["run", "--limt", "3"], "--limit"),
    (["run", "--limt=3"], "--limit"),
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
    (["query"], "sql is required"),
    (["query", "SELECT 1", "SELECT 2"], "unexpected argument: SELECT 2"),
    (["extract"], "--source is required"),
    (["extract", "--source", "env:X"], "--to is required"),
    (["run", "--limit"], "--limit"),
    (["run", "--limit", "-3"], "--limit: must not be negative: -3"),
    (["run", "--limit", "many"], "--limit = many"),
    (["status", "--runs", "-1"], "must not be negative: -1"),
    (["run", "--to", "x"], "--to without --limit or --no-upload"),
    (["query", "--csv", "--json", "SELECT 1"], "--csv excludes --json"),
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
