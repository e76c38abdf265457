"""Connection strings as other tools write them: each gets the right form, none is repeated."""

import urllib.parse

import pytest

CANARY = "canary-Pa55word-4c1"
FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"

FORMS = [
    (f"postgresql+psycopg2://user:{CANARY}@db.example.com/app", "names a driver of Python"),
    (f"postgresql+asyncpg://user:{CANARY}@db.example.com/app?ssl=require",
     "names a driver of Python"),
    (f"jdbc:postgresql://db.example.com:5432/app?user=user&password={CANARY}", "is a JDBC URL"),
    (f"psql 'postgresql://user:{CANARY}@db.example.com/app'", "is a command for psql"),
    (f"DATABASE_URL=postgresql://user:{CANARY}@db.example.com/app", "the name of a variable"),
    (f"mysql://user:{CANARY}@db.example.com/app", "is not the URL of a PostgreSQL database"),
    (f"postgresql://user:{CANARY}@word@db.example.com/app", "an @ or a / that is not escaped"),
    (f"postgresql://user:{CANARY}/word@db.example.com/app", "an @ or a / that is not escaped"),
    (f"postgresql://user:100%!{CANARY}@db.example.com/app", "a % that is not escaped"),
    (f"postgresql://user:{CANARY}/app", "something else than a number where the port stands"),
]


@pytest.mark.parametrize("conninfo, problem", FORMS)
def test_the_right_form_is_shown_and_the_wrong_one_is_not(project, conninfo, problem):
    project.configure()
    finished = project.run("plan", "--log-level", "debug",
                           environment={"DATABASE_URL": conninfo})
    assert finished.code == 78, str(finished)
    assert f"the value of env:DATABASE_URL {'has ' if problem[0] == 'a' else ''}" in finished.err
    assert problem in finished.err, str(finished)
    assert finished.err.count("hint: ") == 1
    assert FORM in finished.err.split("hint: ")[1]
    assert CANARY not in finished.err and "db.example.com" not in finished.err


@pytest.mark.parametrize("conninfo, problem", FORMS)
def test_extract_shows_it_as_well(project, conninfo, problem):
    finished = project.run("extract", "--source", conninfo, "public.t", "--to", "x.parquet")
    assert finished.code == 64, str(finished)
    assert CANARY not in finished.err
    # A form that holds a password for libpq is refused for that, as it stands among arguments.
    assert problem in finished.err or "holds a password" in finished.err, str(finished)
    assert "PASSWORD@" not in finished.err


def test_a_misspelt_keyword_is_told_by_the_one_that_was_meant(project):
    project.configure()
    finished = project.run("plan", environment={"DATABASE_URL": f"hosst=h password={CANARY}"})
    assert finished.code == 78, str(finished)
    assert "did you mean `host`?" in finished.err and CANARY not in finished.err


@pytest.mark.parametrize("password, written", [
    ("a#b?c!d", "a#b?c!d"),
    ("a@b/c:d%e", urllib.parse.quote("a@b/c:d%e", safe="")),
])
def test_a_password_works_as_the_page_says(project, password, written):
    name = f"role_{project.database.name}"
    project.database.execute("CREATE TABLE t (id int)", f"CREATE ROLE {name} LOGIN PASSWORD "
                             f"'{password}'", f"GRANT SELECT ON t TO {name}")
    try:
        project.configure()
        url = (f"postgresql://{name}:{written}@127.0.0.1:{project.database.settings['PGPORT']}"
               f"/{project.database.name}")
        project.succeed("plan", environment={"DATABASE_URL": url})
    finally:
        project.database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")
