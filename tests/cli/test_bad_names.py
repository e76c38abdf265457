"""Names of schemas, tables and columns as hostile as PostgreSQL allows: read, published, queried."""

import itertools
import re

import pytest

HOSTILE = {
    "double_quote": 'or"ders',
    "single_quote": "or'ders",
    "space": "my orders ",
    "upper_case": "Orders",
    "dot": "a.b",
    "star": "all*",
    "unicode": "Größe_表_🚚",
    "newline": "two\nlines",
    "tab_and_escape": "a\tb\x1b[31mred",
    "backslash": "C:\\temp\\",
    "percent_and_dollar": "100%$$x$1",
    "comment": "x--y/*z*/",
    "injection": '"; DROP TABLE public.canary; --',
    "quoted_injection": "'); DROP TABLE public.canary; --",
    "path": "../../etc/passwd",
    "slash": "a/b",
    "dot_dot": "..",
    "underscore_first": "_hidden",
    "digit_first": "1st",
    "reserved_word": "select",
    "hive_null": "__HIVE_DEFAULT_PARTITION__",
    "longest_ascii": "n" * 63,
    "longest_multibyte": "表" * 21,
    "like_an_escaped_name": "orders_x1_20",
    "placeholder": "%s{0}$1:x?",
    "glob": "[a-z]?{b,c}",
    "zero_width": "a\u200bb",
    "like_a_variable": "$HOME",
    "like_a_secret": "secret:x",
    "right_to_left": "abc\u202egpj",
}


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def create_canary(database):
    database.execute("CREATE TABLE public.canary AS SELECT 1 AS id")


def published_names(project):
    return {path.parent.parent.name for path in project.lake.glob("*/_carmilla/current.json")}


def query_rows(project, sql):
    """As project.query, for one column whose text may hold anything but a newline."""
    return project.succeed("query", "--csv", sql).out.splitlines()[1:]


def test_tables_of_every_hostile_name_are_published_and_the_canary_lives(project):
    create_canary(project.database)
    for number, name in enumerate(HOSTILE.values()):
        project.database.execute(
            f"CREATE TABLE public.{quote(name)} AS SELECT {number} AS id, 'row' AS note")
    project.configure()
    run = project.succeed("run")
    assert f"{len(HOSTILE) + 1} of {len(HOSTILE) + 1} tables" in run.err
    assert "\x1b" not in run.err and "\n  two\n" not in run.err
    names = published_names(project)
    assert len(names) == len(HOSTILE) + 1
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_]*", name) for name in names), names
    union = " UNION ALL ".join(f'SELECT id FROM "{name}"' for name in sorted(names - {"canary"}))
    assert query_rows(project, f"SELECT id FROM ({union}) ORDER BY id") == [
        str(number) for number in range(len(HOSTILE))]
    assert project.database.rows("SELECT id FROM public.canary") == [(1,)]
    for command in ("status", "verify", "plan"):
        assert "\x1b" not in project.succeed(command).out


def test_a_schema_of_every_hostile_name_is_read(project):
    create_canary(project.database)
    for number, name in enumerate(HOSTILE.values()):
        project.database.execute(
            f"CREATE SCHEMA {quote(name)}",
            f"CREATE TABLE {quote(name)}.rows AS SELECT {number} AS id")
    entries = []
    for number, name in enumerate(HOSTILE.values()):
        escaped = quote(name).replace("\\", "\\\\").replace('"', '\\"').replace(
            "\n", "\\n").replace("\t", "\\t").replace("\x1b", "\\e")
        entries.append(f'  - {{name: "{escaped}.rows", as: t{number}}}')
    project.configure(tables="\n".join(entries))
    run = project.succeed("run")
    assert f"{len(HOSTILE)} of {len(HOSTILE)} tables" in run.err
    for number in (0, 12, len(HOSTILE) - 1):
        assert query_rows(project, f"SELECT id FROM t{number}") == [str(number)]
    assert project.database.rows("SELECT id FROM public.canary") == [(1,)]


def test_columns_of_every_hostile_name_keep_it(project):
    create_canary(project.database)
    columns = ", ".join(f"{number} AS {quote(name)}" for number, name in
                        enumerate(HOSTILE.values()))
    project.database.execute(f"CREATE TABLE public.odd AS SELECT {columns}")
    project.configure()
    project.succeed("run")
    for number, name in enumerate(HOSTILE.values()):
        assert query_rows(project, f"SELECT {quote(name)} FROM odd")[-1] == str(number), name
    project.succeed("verify")
    assert "\x1b" not in project.succeed("plan").out
    assert project.database.rows("SELECT id FROM public.canary") == [(1,)]


def test_listed_columns_are_names_and_never_sql(kept):
    create_canary(kept.project.database)
    for column in ("id, note", "1; DROP TABLE canary", "*", "id FROM kept; --", "ctid", "xmin"):
        kept.project.configure(tables=f'  - {{name: public.kept, columns: ["{column}"]}}')
        finished = kept.project.run("run")
        assert finished.code == 65, str(finished)
        assert f"no such column: {column}" in finished.err
        assert kept.is_complete()
    assert kept.project.database.rows("SELECT id FROM public.canary") == [(1,)]


def test_names_that_differ_in_case_only_have_folders_of_their_own(project):
    for number, letters in enumerate(itertools.product("aA", "bB")):
        project.database.execute(f'CREATE TABLE "{"".join(letters)}" AS SELECT {number} AS id')
    project.configure()
    project.succeed("run")
    names = published_names(project)
    assert len(names) == 4 and "ab" in names
    assert sorted(query_rows(project, f"SELECT id FROM {name}")[0] for name in names) == [
        "0", "1", "2", "3"]


def test_columns_that_differ_in_case_only_are_both_kept(project):
    project.database.execute('CREATE TABLE twins AS SELECT 1 AS name, 2 AS "Name", 3 AS "NAME"')
    project.configure()
    project.succeed("run")
    assert project.query("SELECT * FROM twins") == [["1", "2", "3"]]
    project.succeed("verify")


@pytest.mark.parametrize("encoding", ["LATIN1", "EUC_JP"])
def test_names_of_other_encodings_arrive_as_unicode(project, encoding):
    name = {"LATIN1": "Größe", "EUC_JP": "注文"}[encoding]
    database = type(project.database)(f"{project.database.name}_{encoding.lower()}",
                                      template="template0", encoding=encoding)
    try:
        database.execute(f'CREATE TABLE t AS SELECT 5 AS "{name}"')
        project.environment["DATABASE_URL"] = database.conninfo()
        project.configure()
        project.succeed("run")
        assert query_rows(project, f'SELECT "{name}" FROM t') == ["5"]
    finally:
        database.drop()
