"""Values that no column of the lake can hold: an error that names the cure, or the policy asked for,
counted. And what makes two runs the same."""

import hashlib
import json

import duckdb
import pytest


@pytest.fixture
def odd(project):
    project.database.execute(
        "CREATE TABLE odd (id int, amount numeric(10,2), day date, seen timestamptz)",
        "INSERT INTO odd VALUES (1, 1.5, '2024-01-01', '2024-01-01 00:00+00'), "
        "(2, 'NaN', '2024-01-02', NULL), (3, 'NaN', 'infinity', '-infinity'), "
        "(4, NULL, '-infinity', 'infinity')")
    return project


def manifest(project, table):
    pointer = json.loads((project.lake / table / "_carmilla/current.json").read_text())
    path = project.lake / table / pointer["manifest"]
    if not path.exists():
        path = project.lake / pointer["manifest"]
    return json.loads(path.read_text())


@pytest.mark.parametrize("where, column, policy", [
    ("id = 2", "amount", "on_nan: null"), ("id = 4", "day", "on_infinity: null"),
    ("id = 4 OR id = 1", "day", "on_infinity")])
def test_the_error_names_column_and_line_to_add(odd, where, column, policy):
    odd.configure(tables=f'  - {{name: public.odd, where: "{where}"}}')
    finished = odd.run("run")
    assert finished.code == 65, str(finished)
    assert column in finished.err and policy in finished.err, str(finished)
    assert "hint: " in finished.err and "public.odd" in finished.err
    assert not (odd.lake / "odd/_carmilla/current.json").exists()


def test_null_is_counted_in_the_summary_and_the_manifest(odd):
    odd.configure(extra="defaults: {on_nan: null, on_infinity: null}")
    finished = odd.succeed("run", "--json")
    assert "amount: policy applied to 2 cells" in finished.err, str(finished)
    assert "day: policy applied to 2 cells" in finished.err
    assert odd.query("SELECT count(*), count(amount), count(day), count(seen) FROM odd") == [
        ["4", "1", "2", "1"]]
    counts = {c["name"]: c.get("policy_counts") for c in manifest(odd, "odd")["columns"]}
    assert "2" in str(counts["amount"]) and "on_nan" in str(counts["amount"])
    assert "2" in str(counts["day"]) and "on_infinity" in str(counts["seen"])
    assert not counts["id"]
    assert finished.report()["tables"][0]["policy_counts"]["amount"] == 2


def test_years_that_some_readers_refuse_are_kept_and_counted(project):
    project.database.execute(
        "CREATE TABLE old (id int, day date, seen timestamptz, days date[])",
        "INSERT INTO old VALUES (1, '0044-03-15 BC', '12024-01-01 00:00+00', '{0001-01-01 BC}'),"
        " (2, '10000-01-01', '9999-12-31 23:59:59+00', '{0001-01-01, 9999-12-31}')")
    project.configure()
    finished = project.succeed("run", "--json")
    assert "day: 2 values of a year outside 0001 to 9999" in finished.err, str(finished)
    assert "seen: 1 value of a year outside 0001 to 9999" in finished.err
    assert "policy applied" not in finished.err
    counts = {"day": 2, "seen": 1, "days": 1}
    assert finished.report()["tables"][0]["unusual_years"] == counts
    written = manifest(project, "old")["columns"]
    assert {c["name"]: c["unusual_years"] for c in written} == {"id": 0, **counts}
    assert project.query("SELECT year(day), year(seen) FROM old ORDER BY id") == [
        ["-43", "12024"], ["10000", "9999"]]
    project.succeed("verify")


def test_clamp_writes_the_ends_of_the_type(odd):
    odd.configure(tables="  - name: public.odd\n    policies: {amount: {on_nan: null}, "
                         "day: {on_infinity: clamp}, seen: {on_infinity: clamp}}")
    odd.succeed("run")
    days = odd.query("SELECT day::text FROM odd WHERE id >= 3 ORDER BY id")
    seen = odd.query("SELECT seen IS NULL FROM odd ORDER BY id")
    assert len({day[0] for day in days}) == 2 and [""] not in days
    assert seen == [["false"], ["true"], ["false"], ["false"]]
    assert odd.query("SELECT count(*) FROM odd WHERE id = 3 AND day > seen::date") == [["1"]]
    plan = odd.succeed("plan").out
    assert "on_nan: null" in plan and "on_infinity: clamp" in plan


def test_one_table_s_policy_is_not_another_s(odd):
    odd.database.execute("CREATE TABLE other AS SELECT * FROM odd")
    odd.configure(tables="  - {name: public.odd, on_nan: null, on_infinity: null}\n  - public.other")
    finished = odd.run("run")
    assert finished.code == 65
    assert "1 of 2 tables, 4 rows" in finished.err and "1 failed" in finished.err
    assert odd.query("SHOW TABLES") == [["odd"]]


@pytest.fixture
def plain(project):
    project.database.execute(
        "CREATE TABLE t (id int, note text, doc jsonb) WITH (autovacuum_enabled = false)",
        "INSERT INTO t SELECT i, repeat(md5(i::text), 1 + i % 5), jsonb_build_object('i', i) "
        "FROM generate_series(1, 20000) i", "ANALYZE t")
    return project


def data_files(project):
    return sorted(p for p in (project.lake / "t").rglob("*.parquet"))


def test_two_runs_over_the_same_rows_give_the_same_bytes(plain):
    plain.configure()
    plain.succeed("run")
    plain.succeed("run", "--set", "threads=2")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in data_files(plain)]
    assert len(digests) == 2 and len(set(digests)) == 1


@pytest.mark.parametrize("compression", ["gzip", "snappy", "none", "zstd"])
def test_each_compression_is_read_and_verified(plain, compression):
    plain.configure(extra=f"defaults: {{compression: {compression}}}")
    plain.succeed("run")
    plain.succeed("verify")
    assert compression in plain.succeed("plan").out
    assert duckdb.sql(f"SELECT count(*), sum(id), count(DISTINCT note) FROM "
                      f"read_parquet('{data_files(plain)[0]}')").fetchall() == [(20000, 200010000, 20000)]


def test_full_proof_decodes_every_value_before_publishing(plain):
    plain.configure(extra="defaults: {proof: full}")
    assert "20,000 rows" in plain.succeed("run").err
    assert "every value proven" in plain.succeed("plan").out
    assert plain.query("SELECT count(*) FROM t") == [["20000"]]


def test_the_stable_layout_keeps_one_file_of_a_name_that_stays(plain):
    plain.configure(extra="defaults: {layout: stable}")
    plain.succeed("run")
    stable = plain.lake / "t/t.parquet"
    sql = f"SELECT count(*), sum(id) FROM read_parquet('{stable}')"
    assert duckdb.sql(sql).fetchall() == [(20000, 200010000)]
    plain.database.execute("DELETE FROM t WHERE id > 10")
    plain.succeed("run")
    assert duckdb.sql(sql).fetchall() == [(10, 55)]
    assert plain.query("SELECT count(*), sum(id) FROM t") == [["10", "55"]]
    plain.succeed("verify")

@pytest.mark.parametrize("column, policy, reason", [
    ("amount", "on_nan", "(numeric): it is kept as text, which holds NaN and Infinity as they are"),
    ("price", "on_infinity", "(numeric(9,2)): on_nan is about Infinity, too"),
    ("share", "on_nan", "(double precision): NaN and Infinity are kept as they are"),
    ("id", "on_infinity", "(integer): no value of its type is one")])
def test_a_policy_that_is_not_about_its_column_is_refused(project, column, policy, reason):
    project.database.execute(
        "CREATE TABLE t (id int, amount numeric, price numeric(9,2), share double precision)")
    project.configure(tables=f"  - name: public.t\n    policies: {{{column}: {{{policy}: null}}}}")
    finished = project.run("run")
    assert finished.code == 78, str(finished)
    assert f"planning public.t: {policy} does not apply to the column {column} {reason}" in (
        finished.err), str(finished)
    assert f"hint: remove {policy} from `policies:` of the column" in finished.err
    project.configure(tables=f"  - {{name: public.t, {policy}: null}}")
    project.succeed("run")


def test_policies_of_a_column_that_is_not_there_are_refused(project):
    project.database.execute("CREATE TABLE t (id int, price numeric(9,2))")
    project.configure(tables="  - name: public.t\n    policies: {prize: {on_nan: null}}")
    finished = project.run("run")
    assert finished.code == 65, str(finished)
    assert "policies of no such column: prize" in finished.err
    assert 'hint: did you mean "price"?' in finished.err
