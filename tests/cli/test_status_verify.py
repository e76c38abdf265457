"""`carmilla status` and `carmilla verify`: what is published, since when, and whether it is whole."""


import pytest


@pytest.fixture
def lake(project):
    project.database.execute("CREATE TABLE a AS SELECT generate_series(1, 1500) AS id",
                             "CREATE TABLE b AS SELECT 'x'::text AS word")
    project.configure()
    project.succeed("run")
    return project


def run_ids(project):
    return sorted(path.stem for path in project.lake.glob("a/_carmilla/manifests/*.json"))


def flip_last_page(path):
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)


def test_status_shows_tables_and_runs_within_80_columns(lake):
    out = lake.succeed("status").out
    rows = [line.split() for line in out.splitlines()]
    assert ["a", "1,500"] in [row[:2] for row in rows]
    assert any(row[:1] == [run_ids(lake)[0]] for row in rows)
    assert max(map(len, out.splitlines())) <= 80


def test_status_lists_as_many_runs_as_asked_for_newest_first(lake):
    for _ in range(3):
        lake.succeed("run")
    ids = run_ids(lake)
    listed = [line.split()[0] for line in lake.succeed("status", "--runs", "2").out.splitlines()
              if line.startswith("20")]
    assert listed == ids[:1:-1]
    assert "started" not in lake.succeed("status", "--runs", "0").out


def test_a_failed_run_stands_in_the_status(lake):
    lake.database.execute("CREATE TABLE c (p gtsvector)")
    assert lake.run("run").code == 65
    newest = next(line for line in lake.succeed("status").out.splitlines() if line.startswith("20"))
    assert "2 of 3" in newest and newest.split()[-1] == "65"


def test_status_and_verify_need_no_database_and_no_configuration(lake):
    lake.environment.pop("DATABASE_URL")
    (lake.folder / "carmilla.yaml").unlink()
    assert "1,500" in lake.succeed("status", "--lake", "lake").out
    assert "a: 1,500 rows in 1 file" in lake.succeed("verify", "--lake", "lake").out


def test_verify_takes_tables_and_names_the_nearest(lake):
    assert lake.succeed("verify", "b").out.count("\n") == 1
    finished = lake.run("verify", "bb")
    assert finished.code == 65
    assert "no such table: bb" in finished.err and "hint: `carmilla status` lists" in finished.err


def test_verify_finds_one_flipped_bit_and_goes_on(lake):
    flip_last_page(next((lake.lake / "a").glob("*/part-*.parquet")))
    finished = lake.run("verify")
    assert finished.code == 65
    assert "a: DAMAGED" in finished.out and "b: 1 row in 1 file" in finished.out
    assert "hint: " in finished.err
    lake.succeed("run")
    lake.succeed("verify")


def test_an_older_version_is_verified_by_its_run(lake):
    old = run_ids(lake)[0]
    lake.database.execute("DELETE FROM a WHERE id > 10")
    lake.succeed("run")
    assert f"a: 1,500 rows in 1 file, as written by run {old}" in lake.succeed(
        "verify", "a", "--run", old).out
    assert "a: 10 rows" in lake.succeed("verify", "a").out


def test_a_run_that_never_was_is_no_damage(lake):
    finished = lake.run("verify", "a", "--run", "nosuch")
    assert finished.code == 65
    assert "DAMAGED" not in finished.out and "no version of this run: nosuch" in finished.err
    assert "hint: `carmilla status` lists the runs" in finished.err


def test_the_last_event_is_the_report(lake):
    report = lake.succeed("run", "--json").report()
    assert report["exit_code"] == 0 and report["consistency"] == "run"
    assert [(t["name"], t["rows"]) for t in report["tables"]] == [("a", 1500), ("b", 1)]
    assert report["run_id"] in lake.succeed("status").out


def test_the_plan_says_what_gentleness_sets(lake):
    assert "sets scan method, workers (1) and connections (2) only" in lake.succeed("plan").out
