"""Completion as the shells themselves do it, and the manual page as roff reads it."""

import os
import shutil
import subprocess

import pytest

# Runs bash's own machinery on a line: the function that `complete` named, with what bash would
# have set for it.
BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9
read -ra COMP_WORDS <<<"${2//=/ = }"
[[ $2 == *' ' ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function_name=$(complete -p carmilla); function_name=${function_name##*-F }
${function_name% *}
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(project):
    def write(shell):
        path = project.folder / f"completion.{shell}"
        path.write_text(project.succeed("completion", shell).out, encoding="utf-8")
        return path
    return write


def installed(program):
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


def output_of(arguments, folder):
    finished = subprocess.run([str(argument) for argument in arguments], cwd=folder, text=True,
                              capture_output=True, check=False, timeout=60,
                              env={**os.environ, "TERM": "dumb", "HOME": str(folder)})
    assert finished.returncode == 0 and finished.stderr == "", finished
    return finished.stdout


def in_bash(script, folder, line):
    return output_of(["bash", "--norc", "-c", BASH, "bash", script("bash"), line], folder).split()


@pytest.mark.parametrize("line, words", [
    ("carmilla ru", ["run"]),
    ("carmilla ", None),
    ("carmilla run --no", ["--no-upload"]),
    ("carmilla run --c", ["--config", "--color"]),
    ("carmilla extract --compression ", ["zstd", "gzip", "snappy", "none"]),
    ("carmilla extract --compression=z", ["zstd"]),
    ("carmilla extract --gentleness b", ["balanced"]),
    ("carmilla --log-level d", ["debug"]),
    ("carmilla plan --color a", ["auto", "always"]),
    ("carmilla --log-level debug ru", ["run"]),
    ("carmilla --log-level debug run --log-level o", ["off"]),
    ("carmilla completion ", ["bash", "zsh", "fish"]),
    ("carmilla query --lake la", ["lake"]),
    ("carmilla --config c", ["c.yaml", "completion.bash"]),
    ("carmilla run --limit ", []),
    ("carmilla frobnicate", []),
])
def test_bash_completes_commands_flags_choices_and_files(project, script, line, words):
    (project.folder / "lake").mkdir()
    (project.folder / "c.yaml").touch()
    completed = in_bash(script, project.folder, line)
    if words is None:
        assert {"plan", "run", "extract", "query", "status", "verify"} <= set(completed)
        assert "man" not in completed
    else:
        assert sorted(completed) == sorted(words)


def test_bash_completes_every_flag_of_every_command(project, script):
    commands = in_bash(script, project.folder, "carmilla ")
    assert len(commands) >= 10
    for command in commands:
        flags = in_bash(script, project.folder, f"carmilla {command} --")
        text = project.succeed(command, "--help").out
        assert {"--help", "--config", "--set", "--log-level"} <= set(flags)
        for flag in flags:
            assert flag in text or flag == "--version", (command, flag)


def test_zsh_takes_the_script(project, script):
    path = script("zsh")
    output_of([installed("zsh"), "-n", path], project.folder)
    loaded = output_of([installed("zsh"), "-f", "-c",
                        f"autoload -U compinit; compinit -D; source {path}; print $_comps[carmilla]"],
                       project.folder)
    assert loaded == "_carmilla\n"


def test_zsh_completes_a_flag_again_that_may_stand_repeatedly(script):
    with open(script("zsh"), encoding="utf-8") as file:
        flags = [line.strip() for line in file if line.strip().startswith(("'--", "'*--"))]
    repeatable = {line.split("=")[0] for line in flags if line.startswith("'*")}
    assert {"'*--set", "'*--table"} <= repeatable, repeatable
    assert not {"'*--lake", "'*--to", "'*--limit"} & repeatable, repeatable


@pytest.mark.parametrize("line, words", [
    ("carmilla ru", {"run"}),
    ("carmilla extract --compression ", {"zstd", "gzip", "snappy", "none"}),
    ("carmilla run --no-u", {"--no-upload"}),
    ("carmilla run --no-upload --log-level d", {"debug"}),
    ("carmilla query --lake la", {"lake/"}),
    ("carmilla completion ", {"bash", "zsh", "fish"}),
])
def test_fish_completes(project, script, line, words):
    fish = installed("fish")
    (project.folder / "lake").mkdir()
    text = output_of([fish, "--no-config", "-c", f"source {script('fish')}; complete -C '{line}'"],
                     project.folder)
    assert {entry.split("\t")[0] for entry in text.splitlines()} == words


def test_an_unknown_shell_is_refused(project):
    finished = project.run("completion", "bsh")
    assert finished.code == 64
    assert 'did you mean "bash"?' in finished.err


def test_the_manual_page_is_sound_and_complete(project):
    page = project.succeed("man").out
    path = project.folder / "carmilla.1"
    path.write_text(page, encoding="utf-8")
    plain = page.replace("\\-", "-")
    for section in ("NAME", "SYNOPSIS", "COMMANDS", "ENVIRONMENT", "FILES", "EXIT STATUS"):
        assert f"\n.SH {section}\n" in page
    for command in ("plan", "run", "extract", "query", "status", "verify", "errors"):
        assert f"\n.SS carmilla {command} [FLAGS]" in plain
    assert "\n.B --compression zstd|gzip|snappy|none\n" in plain
    assert "\n.B --color auto|always|never\n" in plain
    assert "(null)" not in page
    groff = installed("groff")
    shown = subprocess.run([groff, "-man", "-ww", "-Tutf8", str(path)], text=True,
                           capture_output=True, check=False, timeout=60)
    assert shown.returncode == 0 and shown.stderr == "", shown.stderr
    assert "--no-upload" in shown.stdout.replace("\x1b[1m", "").replace("\x1b[0m", "")
