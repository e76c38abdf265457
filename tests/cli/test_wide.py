"""Rows of many columns and of large values: all of them, or an error that names the row, within
the budget of memory."""

import pathlib

import pytest

from peak_memory import wait_and_measure

MEBIBYTE = 1 << 20
MOST_COLUMNS = 1600


def is_instrumented(program):
    """Sanitizers keep memory of their own, which no budget knows."""
    content = pathlib.Path(program).read_bytes()
    return b"__asan_init" in content or b"__tsan_init" in content


def run_and_measure(project, *arguments):
    """Exit code and errors of a run, and the most memory that it ever held, in bytes."""
    process = project.start("run", *arguments)
    out, err, peak = wait_and_measure(process)
    assert out == ""
    return process.returncode, err, 0 if is_instrumented(project.program) else peak


def create_wide(project, name, num_columns, num_rows, type_name, value):
    """Column c<n> of row i holds the value of the expression in {n} and i."""
    columns = [f"c{n} {type_name}" for n in range(1, num_columns + 1)]
    values = [value.format(n=n) for n in range(1, num_columns + 1)]
    project.database.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    with project.database.connect() as connection:
        connection.execute(f"INSERT INTO {name} SELECT {', '.join(values)} "
                           f"FROM generate_series(1, {num_rows}) i")


def test_1600_columns_are_read_within_the_budget(kept):
    project, rows = kept.project, 5000
    create_wide(project, "wide", MOST_COLUMNS, rows, "int", "i + {n}")
    code, err, peak = run_and_measure(project)
    assert code == 0, err
    assert peak < 256 * MEBIBYTE
    checks = [1, 2, 800, 1599, 1600]
    sums = ", ".join(f"sum(c{n})" for n in checks)
    assert project.query(f"SELECT count(*), {sums} FROM wide") == [
        [str(rows), *(str(rows * (rows + 1) // 2 + n * rows) for n in checks)]]
    assert "5,000 rows" in project.succeed("verify", "wide").out
    assert "c1600" in project.succeed("plan", "wide").out
    assert kept.is_complete()


def test_1600_columns_of_every_kind_of_null_and_text_are_exact(kept):
    project = kept.project
    create_wide(project, "wide", MOST_COLUMNS, 20, "text",
                "CASE WHEN (i + {n}) % 5 < 4 THEN NULL ELSE 'v{n}' END")
    project.succeed("run")
    wanted = project.database.rows("SELECT c1, c777, c1600 FROM wide ORDER BY ctid")
    assert project.query("SELECT c1, c777, c1600 FROM wide") == [
        [value or "" for value in row] for row in wanted]
    project.succeed("verify")


@pytest.mark.parametrize("memory", ["96MiB", "256MiB"])
def test_wide_values_stay_within_the_budget(kept, memory):
    project, rows = kept.project, 60
    create_wide(project, "wide", 200, rows, "text", "repeat(md5((i * {n})::text), 125)")
    code, err, peak = run_and_measure(project, "--set", f"memory={memory}")
    assert code == 0, err
    assert peak < int(memory[:-3]) * MEBIBYTE
    assert project.query("SELECT count(*), sum(length(c1)), sum(length(c200)) FROM wide") == [
        [str(rows), str(rows * 4000), str(rows * 4000)]]
    assert kept.is_complete()


@pytest.mark.parametrize("mebibytes", [12, 19])
def test_two_workers_read_large_rows_within_the_budget(kept, mebibytes):
    """Each at its own table; no window of the codec is as long as the block that repeats."""
    project, rows = kept.project, 5
    block = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 32768) n)"
    for table in ["one", "two"]:
        project.database.execute(
            f"CREATE TABLE {table} (id int, body text)",
            f"ALTER TABLE {table} ALTER body SET STORAGE EXTERNAL",
            f"INSERT INTO {table} SELECT i, repeat({block}, {mebibytes}) "
            f"FROM generate_series(1, {rows}) i")
    code, err, peak = run_and_measure(project, "--set", "gentleness=balanced")
    assert code == 0, err
    assert peak < 256 * MEBIBYTE
    for table in ["one", "two"]:
        assert project.query(f"SELECT count(*), min(length(body)) FROM {table}") == [
            [str(rows), str(mebibytes * MEBIBYTE)]]
    assert kept.is_complete()


class TestARowLargerThanTheBudget:
    @pytest.fixture
    def large(self, kept):
        """The third row is far beyond what 96 MiB allow."""
        kept.project.database.execute(
            "CREATE TABLE large (id int, body text)",
            "INSERT INTO large SELECT i, 'small' FROM generate_series(1, 5) i",
            "UPDATE large SET body = repeat('canary-cell', 3000000) WHERE id = 3")
        kept.project.configure(extra="memory: 96MiB\nthreads: 1")
        return kept

    def test_is_refused_by_its_place_and_without_its_contents(self, large):
        ctid = large.project.database.rows("SELECT ctid::text FROM large WHERE id = 3")[0][0]
        finished = large.project.run("run", "--log-level", "debug")
        assert "canary-cell" not in finished.err
        large.survives(finished, 65, "large: FAILED", "large: reading public.large: row 5",
                       f"(ctid {ctid})", "hint: raise memory:", version="any")
        assert not (large.project.lake / "large/_carmilla").exists()

    def test_does_not_break_the_budget(self, large):
        code, err, peak = run_and_measure(large.project)
        assert code == 65, err
        assert peak < (96 + 2 * 33) * MEBIBYTE  # libpq holds up to two copies of the row.

    def test_is_read_with_a_larger_budget_or_left_out(self, large):
        large.project.succeed("run", "--set", "memory=1GiB")
        assert large.project.query("SELECT max(length(body)) FROM large") == [["33000000"]]
        large.project.configure(
            tables="  - {name: public.large, where: length(body) < 1000000}", extra="memory: 96MiB")
        large.project.succeed("run")
        assert large.project.query("SELECT count(*) FROM large") == [["4"]]
