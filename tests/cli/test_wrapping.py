"""Text on a terminal breaks between words at its width; what is not a terminal gets whole lines."""

import re

import pytest

# What differs between two calls of one command.
DURATION = re.compile(r"\b\d[\d,.]* m?s\b")


@pytest.fixture
def shop(project):
    """A lake with a table that vanished and one that cannot be read; much to tell about both."""
    project.database.execute(
        "CREATE TABLE orders (id int PRIMARY KEY, amount numeric, at timestamptz)",
        "INSERT INTO orders VALUES (1, 1.5, '2024-05-01')",
        "CREATE TABLE customers_left (id int)")
    project.configure()
    project.succeed("run")
    project.database.execute("DROP TABLE customers_left",
                             "CREATE TABLE shapes (id int, area gtsvector)")
    assert project.run("run").code == 65
    return project


def words_of(text):
    return set(DURATION.sub("", text).split())


def assert_wrapped(on_terminal, finished, columns, *arguments):
    """The terminal shows the words of the pipe, none of them in two pieces, in lines that fit
    unless they hold the one long word, where the server is."""
    terminal = on_terminal(*arguments, columns=columns)
    assert terminal.finish() == finished.code
    assert "…" not in terminal.text
    lines = DURATION.sub("", terminal.text.replace("\r\n", "\n")).splitlines()
    for line in lines:
        assert len(line) <= columns or len(line.split()) <= 2 and "@" in line, line
    told = words_of(finished.out + finished.err) | {"next:", "carmilla", "run"}
    assert words_of("\n".join(lines)) <= told
    return lines


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("arguments", [
    ("status",), ("verify",), ("plan",), ("errors", "unsupported_type"),
    ("plan", "--set", "lake.pth=./elsewhere", "--set", "gentleness=gentel"),
    ("run", "--config", "nowhere.yaml"), ("verify", "nosuch_table"),
    ("query", "--lake", "lake", "SELECT * FROM ordres"), ("extract", "orders")])
def test_lines_fit_and_words_stay_whole(shop, on_terminal, columns, arguments):
    assert_wrapped(on_terminal, shop.run(*arguments), columns, *arguments)


@pytest.mark.parametrize("columns", [80, 60])
def test_the_doctor_breaks_sql_between_words_and_comments_stay_comments(shop, on_terminal,
                                                                        make_role, columns):
    role = make_role("CREATEROLE")
    shop.environment["DATABASE_URL"] = shop.database.conninfo(user=role)
    lines = assert_wrapped(on_terminal, shop.run("doctor"), columns, "doctor")
    begin = next(i for i, line in enumerate(lines) if "GRANT SELECT" in line)
    statement = ""
    while not statement.endswith(";"):
        statement += " " + lines[begin].strip()
        begin += 1
    shop.database.execute(statement)


def test_a_failed_run_tells_its_hints_wrapped(shop, on_terminal):
    terminal = on_terminal("run", columns=60)
    assert terminal.finish() == 65
    lines = terminal.screen().text().splitlines()
    told = words_of(shop.run("run").err)
    failure = next(i for i, line in enumerate(lines) if line.startswith("carmilla: shapes: "))
    for line in lines[failure:]:
        if line.startswith("run 20"):
            break
        assert words_of(line) <= told, line
    assert any(line.startswith("hint: ") for line in lines[failure:])


@pytest.mark.parametrize("arguments", [("plan",), ("doctor",), ("status",)])
def test_a_pipe_gets_whole_lines(shop, arguments):
    out = shop.run(*arguments).out
    begins = {"plan": "gentleness ", "doctor": "           -> ",
              "status": "customers_left: no longer"}[arguments[0]]
    line = max((line for line in out.splitlines() if line.startswith(begins)), key=len)
    assert len(line) > 80, out
    assert line == line.rstrip()
