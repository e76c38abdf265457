"""Runs that do not publish: `--limit` and `--no-upload` write plain files; the lake stays as it is."""

import duckdb
import pytest


@pytest.fixture
def lake(project):
    """A project whose table has grown since it was published."""
    project.database.execute("CREATE TABLE t (id int)", "INSERT INTO t SELECT generate_series(1, 100)",
                             "CREATE TABLE other (word text)", "INSERT INTO other VALUES ('a')")
    project.configure()
    project.succeed("run")
    project.database.execute("INSERT INTO t SELECT generate_series(101, 500)")
    return project


def contents(folder):
    """Every file under the folder with its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file()}


def count(path):
    return duckdb.sql(f"SELECT count(*) FROM read_parquet('{path}')").fetchone()[0]


@pytest.mark.parametrize("arguments, folder, rows", [
    (["--limit", "30"], "carmilla-out", 30),
    (["--limit", "0"], "carmilla-out", 0),
    (["--limit", "1000000"], "carmilla-out", 500),
    (["--no-upload"], "carmilla-out", 500),
    (["--no-upload", "--limit", "3"], "carmilla-out", 3),
    (["--limit", "30", "--to", "here/deep"], "here/deep", 30),
    (["--no-upload", "--to", "here"], "here", 500),
])
def test_files_are_written_and_the_lake_is_not_touched(lake, arguments, folder, rows):
    before = contents(lake.lake)
    finished = lake.succeed("run", *arguments)
    assert f"written to {folder}" in finished.err
    assert sorted(p.name for p in (lake.folder / folder).iterdir()) == ["other.parquet", "t.parquet"]
    assert count(lake.folder / folder / "t.parquet") == rows
    assert contents(lake.lake) == before
    assert lake.query("SELECT count(*) FROM t") == [["100"]]
    assert "next:" not in finished.err


def test_named_tables_only_are_written(lake):
    lake.succeed("run", "t", "--limit", "5")
    assert [p.name for p in (lake.folder / "carmilla-out").iterdir()] == ["t.parquet"]


def test_the_limit_holds_for_partitioned_tables_and_many_files(project):
    project.database.execute(
        "CREATE TABLE parts (id int, day date) PARTITION BY RANGE (day)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
        "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
        "INSERT INTO parts SELECT i, '2024-01-01'::date + i % 60 FROM generate_series(0, 599) i")
    project.configure(tables="  - name: public.parts\n    partition_by: {column: day, every: month}")
    project.succeed("run", "--limit", "400", "--set", "gentleness=full")
    assert [p.name for p in (project.folder / "carmilla-out").iterdir()] == ["parts.parquet"]
    assert count(project.folder / "carmilla-out/parts.parquet") == 400
    assert not project.lake.exists()


def test_a_folder_that_takes_no_files_is_told_before_reading(lake):
    (lake.folder / "file").write_text("in the way")
    finished = lake.run("run", "--limit", "5", "--to", "file")
    assert finished.code == 74, str(finished)
    assert "file" in finished.err and "hint: " in finished.err


def test_the_second_time_replaces_the_files(lake):
    for limit in (40, 20):
        lake.succeed("run", "--limit", limit)
        assert count(lake.folder / "carmilla-out/t.parquet") == limit
    assert len(list((lake.folder / "carmilla-out").iterdir())) == 2


def test_a_directory_is_not_taken_without_limit_or_no_upload(lake):
    before = contents(lake.lake)
    finished = lake.run("run", "--to", "here")
    assert finished.code == 64
    assert contents(lake.lake) == before
    assert not (lake.folder / "here").exists()


def test_standard_output_is_no_directory(project):
    project.database.execute("CREATE TABLE t (id int)")
    project.configure()
    finished = project.run("run", "--limit", "1", "--to", "-")
    assert finished.code == 64 and "--to is standard output" in finished.err, str(finished)
    assert [path.name for path in project.folder.iterdir()] == ["carmilla.yaml"]
