"""A plain file is proven before it gets its name: what was there before stays until then."""

import pytest
from paused_process import start_and_stop_at, wake

COMMANDS = {
    "extract": ["extract", "--source", "env:DATABASE_URL", "public.t", "--to", "out/t.parquet"],
    "extract_query": ["extract", "--source", "env:DATABASE_URL", "--query",
                      "SELECT * FROM public.t", "--to", "out/t.parquet"],
    "run_limit": ["run", "--limit", "10", "--to", "out"],
    "run_no_upload": ["run", "--no-upload", "--to", "out"],
    "query": ["query", "SELECT * FROM t", "--parquet", "out/t.parquet"],
}


@pytest.fixture
def older(project):
    """A project whose lake has the table, and a file of an earlier day."""
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2)")
    project.configure()
    project.succeed("run")
    (project.folder / "out").mkdir()
    (project.folder / "out/t.parquet").write_bytes(b"the file of an earlier day")
    return project


def damage(folder):
    """Turns one byte of the only temporary file there."""
    (temporary,) = folder.glob(".tmp-*")
    contents = bytearray(temporary.read_bytes())
    contents[len(contents) // 2] ^= 0xFF
    temporary.write_bytes(contents)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_damaged_file_does_not_replace_an_older_one(older, command):
    process = start_and_stop_at(older, "store.written", *command)
    damage(older.folder / "out")
    code, _, err = wake(process)
    assert code == 65, err
    assert "proving" in err
    assert "the checksums differ" in err
    assert [path.name for path in (older.folder / "out").iterdir()] == ["t.parquet"]
    assert (older.folder / "out/t.parquet").read_bytes() == b"the file of an earlier day"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_proven_file_replaces_an_older_one(older, command):
    older.succeed(*command)
    assert [path.name for path in (older.folder / "out").iterdir()] == ["t.parquet"]
    assert (older.folder / "out/t.parquet").read_bytes().startswith(b"PAR1")
