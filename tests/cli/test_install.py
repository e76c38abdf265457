"""What `make install` leaves: a program that needs neither the source tree nor .deps/."""

import os
import pathlib
import shutil
import subprocess

import pytest


@pytest.fixture
def prefix(tmp_path):
    build = pathlib.Path(os.environ["CARMILLA_PROGRAM"]).parent
    first = tmp_path / "first"
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(first)], check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    return shutil.move(first, tmp_path / "moved")


def test_the_installed_program_stands_alone(prefix):
    program = prefix / "bin/carmilla"
    assert "carmilla " in subprocess.check_output([program, "--version"], text=True)
    loaded = subprocess.check_output(["ldd", program], text=True)
    for library in ("libarrow", "libparquet"):
        line = next(line for line in loaded.splitlines() if line.strip().startswith(library))
        path = pathlib.Path(line.split(" => ")[1].split()[0]).resolve()
        assert path.is_relative_to(prefix), line
    assert "not found" not in loaded and ".deps" not in loaded
    assert "libduckdb" not in loaded  # Only who needs it loads it.
    assert (prefix / "lib/carmilla/httpfs.duckdb_extension").exists()


def check_a_model(prefix, folder):
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models/answer.sql").write_text("SELECT 42 AS n\n", encoding="utf-8")
    (folder / "carmilla.yaml").write_text(
        "connections: {app: {postgres: host=localhost}}\n"
        "lake: {path: lake}\ntables: [public.t]\n", encoding="utf-8")
    return subprocess.run([prefix / "bin/carmilla", "models", "check"], cwd=folder,
                          capture_output=True, text=True, timeout=60, check=False)


def test_the_installed_program_loads_duckdb_from_beside_itself(prefix, tmp_path):
    ended = check_a_model(prefix, tmp_path)
    assert ended.returncode == 0, ended.stderr
    (prefix / "lib/carmilla/libduckdb.so").unlink()
    ended = check_a_model(prefix, tmp_path)
    assert ended.returncode == 78
    assert "DuckDB's library cannot be loaded" in ended.stderr
    assert "hint: install Carmilla again" in ended.stderr


def test_manual_and_completion_are_installed(prefix):
    program = prefix / "bin/carmilla"
    for path, arguments in (("man/man1/carmilla.1", ["man"]),
                            ("bash-completion/completions/carmilla", ["completion", "bash"]),
                            ("zsh/site-functions/_carmilla", ["completion", "zsh"]),
                            ("fish/vendor_completions.d/carmilla.fish", ["completion", "fish"])):
        installed = (prefix / "share" / path).read_text(encoding="utf-8")
        assert installed == subprocess.check_output([program, *arguments], text=True)
