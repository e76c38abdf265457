"""A lake that cannot be written: 74 or 77 with the cure; what was published stays as it was."""

import os
import subprocess

import pytest

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
NOISE = "SELECT i AS id, md5(random()::text) || md5(random()::text) AS noise"


@pytest.fixture
def mount():
    """Mounts what it is told to; unmounts all at the end."""
    mounted = []

    def make(*arguments, path):
        finished = subprocess.run(["mount", *arguments, str(path)], capture_output=True, text=True,
                                  check=False)
        if finished.returncode != 0:
            pytest.skip(f"mounting is not allowed here: {finished.stderr.strip()}")
        if str(path) not in mounted:
            mounted.append(str(path))

    yield make
    for path in reversed(mounted):
        subprocess.run(["umount", "--lazy", path], check=True)


@pytest.fixture
def small_lake(project, mount, request):
    """The lake is a disk of 512 KiB; made before `kept` is published into it."""
    project.lake.mkdir()
    mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", path=project.lake)
    return request.getfixturevalue("kept")


def leftovers(lake):
    return [path for path in lake.rglob(".tmp-*") if path.is_file()]


@needs_root
def test_a_table_larger_than_the_disk_fails_alone_and_leaves_its_room(small_lake):
    kept = small_lake
    kept.project.database.execute(f"CREATE TABLE big AS {NOISE} FROM generate_series(1, 20000) i")
    free_before = os.statvfs(kept.project.lake).f_bfree
    finished = kept.project.run("run", "big")
    kept.survives(finished, 74, "big: FAILED", "No space left on device", "big/",
                  "hint: free some space or put the lake on a larger disk")
    assert not leftovers(kept.project.lake)
    assert os.statvfs(kept.project.lake).f_bfree >= free_before - 16  # The report of the run.
    kept.project.database.execute("DELETE FROM big WHERE id > 100")
    kept.project.succeed("run")
    assert kept.project.query("SELECT count(*) FROM big") == [["100"]]
    kept.project.succeed("verify")


@needs_root
def test_a_disk_without_any_room_keeps_the_version_and_recovers(small_lake):
    kept = small_lake
    filler = kept.project.lake / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(bytes(4096))
    finished = kept.project.run("run")
    kept.survives(finished, 74, "No space left on device", "hint: free some space")
    kept.project.succeed("verify")
    filler.unlink()
    kept.project.succeed("run")
    assert kept.is_complete()
    assert not leftovers(kept.project.lake)


@needs_root
def test_an_extract_that_does_not_fit_leaves_nothing(small_lake):
    kept = small_lake
    kept.project.database.execute(f"CREATE TABLE big AS {NOISE} FROM generate_series(1, 20000) i")
    target = kept.project.lake / "big.parquet"
    finished = kept.project.run("extract", "--source", "env:DATABASE_URL", "public.big",
                                "--to", target)
    kept.survives(finished, 74, "No space left on device", "hint: free some space")
    assert not target.exists()
    assert not leftovers(kept.project.lake)


@needs_root
def test_a_lake_mounted_read_only_is_told_before_the_server_is_asked(kept, mount):
    mount("--bind", kept.project.lake, path=kept.project.lake)
    mount("-o", "remount,bind,ro", path=kept.project.lake)
    finished = kept.project.run("run", environment={"DATABASE_URL": "host=/nowhere dbname=none"})
    kept.survives(finished, 77, "Read-only file system", str(kept.project.lake),
                  "hint: the file system is mounted read-only")
    kept.project.succeed("verify")


def test_a_file_in_place_of_the_lake_is_74(kept):
    file = kept.project.folder / "file"
    file.write_text("x")
    for path in (file, file / "lake"):
        finished = kept.project.run("run", "--set", f"lake.path={path}")
        kept.survives(finished, 74, str(file), "hint: a file stands where a folder is needed")
    assert file.read_text() == "x"


def test_a_file_in_place_of_a_table_fails_that_table_alone(kept):
    kept.project.database.execute("CREATE TABLE other AS SELECT 1 AS id")
    (kept.project.lake / "other").write_text("x")
    finished = kept.project.run("run")
    kept.survives(finished, 74, "other: FAILED", "hint: a file stands where a folder is needed",
                  "1 of 2 tables", version="any")


def test_a_place_that_cannot_be_made_is_told(kept):
    finished = kept.project.run("run", "--set", "lake.path=/proc/no/lake")
    kept.survives(finished, 74, "checking the folder: no file can be made there: /proc",
                  "hint: choose a folder on another file system")


def test_a_lake_that_is_not_there_is_told_to_readers(kept):
    for command in (["query", "SELECT 1"], ["status"], ["verify"]):
        finished = kept.project.run(*command, "--lake", kept.project.folder / "none")
        kept.survives(finished, 74, "none", "hint: `carmilla run` fills it")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_77(kept):
    kept.project.lake.chmod(0o555)
    finished = kept.project.run("run")
    kept.project.lake.chmod(0o755)
    kept.survives(finished, 77, "Permission denied", "hint: give this user the right")
