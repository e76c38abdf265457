"""Memory does not grow with the table: a run of twice the size uses the same."""

from peak_memory import wait_and_measure

BUDGET_MIB = 256


def peak_mib(project):
    process = project.start("run")
    out, err, peak = wait_and_measure(process)
    assert process.returncode == 0, out + err
    return peak / (1 << 20)


def fill(project, rows):
    project.database.execute(
        "DROP TABLE IF EXISTS wide", "CREATE TABLE wide (id bigint, at timestamptz, a text, b text,"
        " c numeric(18,6), d uuid)",
        "INSERT INTO wide SELECT i, now(), md5(i::text) || md5((i + 1)::text), 'x' || i % 1000,"
        f" i * 1.000001, md5(i::text)::uuid FROM generate_series(1, {rows}) i", "ANALYZE wide")


def test_twice_the_rows_use_the_same_memory(project):
    project.configure(extra=f"memory: {BUDGET_MIB}MiB")
    fill(project, 1_000_000)
    once = peak_mib(project)
    fill(project, 2_000_000)
    twice = peak_mib(project)
    assert once < BUDGET_MIB and twice < BUDGET_MIB, (once, twice)
    assert twice < once * 1.15, (once, twice)


def test_rows_of_100_kilobytes_stay_in_the_budget(project):
    project.configure(extra=f"memory: {BUDGET_MIB}MiB")
    project.database.execute(
        "CREATE TABLE fat (id int, body text)",
        "INSERT INTO fat SELECT i, (SELECT string_agg(md5((i * 4000 + j)::text), '')"
        " FROM generate_series(1, 3200) j) FROM generate_series(1, 3000) i", "ANALYZE fat")
    assert peak_mib(project) < BUDGET_MIB
