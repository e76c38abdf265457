"""Mistakes on the command line: told with the nearest word or the cure; nothing is touched."""

import pytest


@pytest.mark.parametrize("arguments, phrases", [
    (["runn"], ["unknown command: runn", 'hint: did you mean "run"?']),
    (["run", "--limt", "3"], ["unknown flag: --limt", 'hint: did you mean "--limit"?']),
    (["query", "SELECT 1", "--jsn"], ["unknown flag: --jsn", 'hint: did you mean "--json"?']),
    (["status", "--frobnicate"], ["unknown flag: --frobnicate", "hint: `carmilla status --help`"]),
    (["run", "--log-level", "loud"], ["loud", "hint: "]),
    (["query"], ["hint: `carmilla query --help`"]),
])
def test_unknown_words_of_the_command_line_are_64(kept, arguments, phrases):
    kept.survives(kept.project.run(*arguments), 64, *phrases)


def test_an_unknown_key_of_set_is_78_with_the_nearest(kept):
    kept.survives(kept.project.run("run", "--set", "lake.pth=x"), 78, '--set: unknown key "lake.pth"',
                  'hint: did you mean "path"?')


def test_a_folder_without_configuration_says_how_to_begin(kept):
    (kept.project.folder / "carmilla.yaml").rename(kept.project.folder / "kept.yaml")
    finished = kept.project.run("run")
    (kept.project.folder / "kept.yaml").rename(kept.project.folder / "carmilla.yaml")
    kept.survives(finished, 78, "there is no carmilla.yaml here", "hint: `carmilla init` writes one",
                  "--config", "`carmilla extract` needs none")


def extract(kept, *arguments):
    return kept.project.run("extract", "--source", "env:DATABASE_URL", *arguments)


def test_extract_refuses_the_same_table_twice(kept):
    finished = extract(kept, "public.kept", "public.kept", "--to", "out")
    kept.survives(finished, 64, "named twice: public.kept", "hint: name it once")
    assert not (kept.project.folder / "out").exists()


def test_extract_asks_for_the_schema(kept):
    finished = extract(kept, "kept", "--to", "x.parquet")
    kept.survives(finished, 64, 'table "kept" lacks its schema', "hint: write public.kept")


def test_extract_names_the_nearest_table(kept):
    finished = extract(kept, "public.kep", "--to", "x.parquet")
    kept.survives(finished, 65, "no such relation: public.kep", 'hint: did you mean "public.kept"?')
    assert not (kept.project.folder / "x.parquet").exists()


@pytest.mark.parametrize("sql, phrase", [
    ("SELECT 1 AS a, 2 AS a", "two columns have one name: a"),
    ("SELECT 1 / (id - 50) AS x FROM public.kept", "reading the query: division by zero"),
    ("SELECT id FROM kept", 'relation "kept" does not exist'),
    ("DELETE FROM public.kept", "syntax error"),
    ("SELECT 1 AS a; DROP TABLE public.kept", "syntax error"),
    ("SELECT 1 AS a FROM (TABLE public.kept FOR UPDATE) t", "read-only"),
    ("SELECT public.empty_kept() AS x", "read-only"),
])
def test_extract_of_a_bad_query_is_65_and_writes_nowhere(kept, sql, phrase):
    kept.project.database.execute(
        "CREATE FUNCTION public.empty_kept() RETURNS int LANGUAGE sql AS "
        "'DELETE FROM public.kept RETURNING id'")
    finished = extract(kept, "--query", sql, "--to", "x.parquet")
    assert finished.code == 65, str(finished)
    assert phrase in finished.err and "reading .:" not in finished.err, str(finished)
    assert not (kept.project.folder / "x.parquet").exists()
    assert kept.project.database.rows("SELECT count(*) FROM kept") == [(100,)]
    assert kept.is_complete()


@pytest.mark.parametrize("sql, phrases", [
    ("SELECT * FROM kep", ["kep", "kept"]),
    ("SELECT idd FROM kept", ['"idd"', "hint: ", '"id"']),
    ("DROP TABLE kept", ["only statements that read are allowed", "hint: "]),
    ("SELEC 1", ["syntax error"]),
    ("COPY kept TO 'stolen.csv'", ["hint: "]),
    ("SELECT * FROM read_csv('/etc/passwd')", ["carmilla: "]),
])
def test_a_bad_query_of_the_lake_is_65(kept, sql, phrases):
    finished = kept.project.run("query", sql)
    assert finished.code == 65, str(finished)
    assert finished.out == ""
    for phrase in phrases:
        assert phrase in finished.err, str(finished)
    assert kept.is_complete()
